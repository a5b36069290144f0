"""The site: the only part that knows Pelican. Articles that stand become pages, data files, feeds and search."""
