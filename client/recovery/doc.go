// Package recovery reads what a federation has done, from its guardians.
package recovery
