// Command tiny is the smallest program that says something.
package main

func main() { println("tiny") }
