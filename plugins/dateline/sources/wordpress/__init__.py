"""WordPress: its exports, with blocks and shortcodes."""
