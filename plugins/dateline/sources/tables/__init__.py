"""Tables: rows and objects, a story each, whatever their columns and keys are called."""
