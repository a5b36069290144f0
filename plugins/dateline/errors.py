"""The exceptions of the archive: each message says where, what was found and what would be right."""


class ArchiveError(Exception):
    """The base of all errors that a maintainer can act on."""


class SourceError(ArchiveError):
    """A source file could not be read as what it claims to be."""


class AuthorityError(ArchiveError):
    """A row of an authority file or of `rules.csv` is not right."""


class ArticleError(ArchiveError):
    """An article's file holds something that the archive cannot take."""


class SearchError(ArchiveError):
    """A query or an index cannot be understood."""


class SiteError(ArchiveError):
    """The site could not be built or written."""
