"""What a build keeps from one run to the next: what it read, what it wrote, and how the site is put in place."""
