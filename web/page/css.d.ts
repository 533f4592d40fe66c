// The bundler takes style from imports.
declare module "*.css";
