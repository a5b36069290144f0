"""Wires: what news agencies send, from Reuters SGML to ninjs."""
