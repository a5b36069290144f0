"""The plugin's connections to Pelican, in the order in which Pelican fires them.

initialized → settings, convert     article_generator_context → title, date     pretaxonomy → tags, index, views
finalized → what Pelican would write with templates of its own     get_generators, get_writer → ours
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pelican import Pelican, signals
from pelican.generators import ArticlesGenerator, PelicanTemplateNotFound
from pelican.readers import Readers

import dateline
from dateline.articles.convert import convert
from dateline.articles.rendered import read_text
from dateline.articles.tombstones import REMOVED, load_tombstones
from dateline.authority import load_authority
from dateline.curation.faults import orphaned_rules
from dateline.edtf import parse_date
from dateline.errors import ArchiveError, SiteError
from dateline.facets import StandingArticle, gather
from dateline.records import Notice
from dateline.search import open_index, update_index, write_scripts
from dateline.site import settings as site_settings
from dateline.site.drawn import load_maps
from dateline.site.generator import ArchiveGenerator
from dateline.site.reading import ArticleReader, article_setting, article_title, complete, pelican_tags, take_article
from dateline.site.searched import search_documents, search_values
from dateline.site.state import KEY, SiteState, state_of
from dateline.site.writer import ArchiveWriter, has_moment
from dateline.sources.limits import limits_from
from dateline.tagging.memory import ArticleText, User, open_memory


def connect() -> None:
    """Connect the plugin to Pelican's signals."""
    signals.initialized.connect(prepare)
    signals.readers_init.connect(add_reader)
    signals.article_generator_context.connect(take_metadata)
    signals.article_generator_pretaxonomy.connect(take_articles)
    signals.article_generator_finalized.connect(keep_own_pages)
    signals.get_generators.connect(generators)
    signals.get_writer.connect(writer)


def prepare(pelican: Pelican) -> None:
    """Fit the settings, and convert what lies in the sources unless the settings say that this is done."""
    settings = pelican.settings
    site_settings.adapt(settings)
    site_settings.contact_of(settings)  # what is none stops the build before it begins
    content = Path(settings["PATH"])
    cache = Path(settings.get("DATELINE_CACHE") or content.parent / ".cache")
    state = settings.get(KEY) or SiteState(content, cache)
    settings[KEY] = state
    tombstones, told = load_tombstones(content)
    state.tombstones = tuple(tombstones)
    state.tell(told)
    state.authority, notices = load_authority(content / "authority")
    if settings.get("DATELINE_CONVERT", True) and (content / "sources").is_dir():
        with state.timed("convert"):
            report_file = content.parent / "reports" / "import.jsonl"
            limits = limits_from(settings.get("DATELINE_LIMITS", {}))
            progress = settings.get("DATELINE_PROGRESS") or (lambda stage, count: None)
            state.converted = convert(content, cache=cache, report_file=report_file, limits=limits, progress=progress)
        notices = state.converted.notices
    state.tell(notices)
    if settings.get("EDITION"):
        _check_edition(settings["EDITION"])
    settings["DATELINE_VERSION"] = dateline.__version__
    settings["feeds"] = _feeds(settings)


def add_reader(readers: Readers) -> None:
    """Read Markdown with the archive's reader."""
    for extension in ArticleReader.file_extensions:
        readers.reader_classes[extension] = ArticleReader


def take_metadata(generator: ArticlesGenerator, metadata: dict[str, Any]) -> None:
    """Give an article what Pelican needs, without inventing it."""
    complete(metadata)


def take_articles(generator: ArticlesGenerator) -> None:
    """Read the articles' tags and evidence, index them for search, and gather what the pages show."""
    state = state_of(generator.settings)
    settings = generator.settings
    assert state.authority is not None
    notices: list[Notice] = []
    leave_out_removed(generator, notices)
    if settings["DATELINE_THEME"]:
        keep_one_of_each_slug(generator, notices)
    for article in generator.articles:
        keep_known_template(generator, article, notices)
    with state.timed("tags"):
        taken = {article.slug: article for article in tag_articles(generator.articles, state, notices)}
        state.articles = tuple(sorted(taken.values(), key=lambda article: article.archive_order))
    with state.timed("pages"), load_maps(state.cache / "maps.sqlite") as draw_map:
        state.views = gather(
            state.articles,
            state.authority,
            name=settings["SITENAME"],
            description=settings.get("SITESUBTITLE") or "",
            edition=settings.get("EDITION"),
            siteurl=settings["SITEURL"],
            contact=site_settings.contact_of(settings),
            listed=site_settings.listed_persons(settings, state.content / "authority"),
            draw_map=draw_map,
        )
    with state.timed("search"):
        languages = index_articles(state, settings, notices)
    generator.context["find_scripts"] = [f"search/{state.scripts[name]}" for name in ("find", "analysis")]
    generator.context["find_scripts"] += [
        f"search/{file}" for name, file in state.scripts.items() if name.startswith("stem/")
    ]
    generator.context["find_languages"] = languages
    state.tell(notices)
    for article in generator.articles:
        view = state.views.articles[article.slug]
        article.view = view
        article.unlinked_content = article._content
        article._content = str(view.content)
        urls = {tag.record.id: tag.link.url for tag in (*view.places, *view.actors)}
        article.tags = pelican_tags(taken[article.slug], urls, settings)
    if settings["DATELINE_THEME"]:
        generator.hidden_articles, generator.hidden_translations = [], []  # in no list, so on no page
        place = {article.slug: number for number, article in enumerate(state.articles)}
        generator.articles.sort(key=lambda article: place[article.slug])
    generator.context["archive"] = state.views.archive
    if settings["feeds"] and not settings.get("EDITION") and not any(map(has_moment, generator.articles)):
        generator.context["feeds"] = ()
        state.tell(
            [Notice("EDITION", 'is not set, and no article has a day: write EDITION = "2020-05-01" to have feeds')]
        )


def index_articles(state: SiteState, settings: dict[str, Any], notices: list[Notice]) -> tuple[str, ...]:
    """Bring the search up to date with the articles; return the languages that it knows how to search."""
    assert state.authority is not None and state.views is not None
    language = settings["DEFAULT_LANG"] or "en"
    state.searched = tuple(search_documents(state.articles, language=language))
    state.values = tuple(search_values(state.articles, state.views, state.authority))
    index = update_index(state.searched, state.values, state.cache / "index", language=language)
    notices += [Notice("search", note) for note in index.notes]
    state.views = replace(state.views, archive=replace(state.views.archive, word_count=index.words))
    with open_index(state.cache / "index") as opened:
        languages = opened.languages
    state.scripts = write_scripts(Path(dateline.theme_path()) / "static", state.cache / "scripts", languages)
    return languages


def tag_articles(articles: Sequence[Any], state: SiteState, notices: list[Notice]) -> Iterator[StandingArticle]:
    """Yield Pelican's articles as they stand, with their mentions: those that convert found are remembered."""
    assert state.authority is not None
    rendered = [read_text(article._content) for article in articles]
    texts = [
        ArticleText(article.slug, article_title(article), read.text, article_setting(article))
        for article, read in zip(articles, rendered, strict=True)
    ]
    with open_memory(state.cache, state.authority, user=User.SITE) as memory:
        told = state.converted.learnt
        learnt = memory.learn(texts) if told is None else told
        for article, read, text in zip(articles, rendered, texts, strict=True):
            yield take_article(article, read, memory.mentions(text, learnt), state.authority, notices)
        memory.forget_unused()
    notices += memory.notices
    listed = (f"{article.metadata.get('places', '')} {article.metadata.get('actors', '')}" for article in articles)
    words = ((text.slug, f"{text.title} {text.text} {names}") for text, names in zip(texts, listed, strict=True))
    notices += orphaned_rules(state.authority, words)


def leave_out_removed(generator: ArticlesGenerator, notices: list[Notice]) -> None:
    """Leave out, and tell, articles whose story was removed but whose file still stands."""
    removed = {tombstone.slug: tombstone for tombstone in state_of(generator.settings).tombstones}
    for name in ("articles", "translations", "hidden_articles", "hidden_translations", "drafts", "drafts_translations"):
        kept = []
        for article in getattr(generator, name):
            if tombstone := removed.get(article.slug):
                on = f" on {tombstone.on}" if tombstone.on else ""
                message = f"is not published: {REMOVED} says that it was removed{on}; delete the file"
                notices.append(Notice(article.relative_source_path, message))
            else:
                kept.append(article)
        setattr(generator, name, kept)


def keep_known_template(generator: ArticlesGenerator, article: Any, notices: list[Notice]) -> None:
    """Show an article whose Template line names none in the usual one, and tell."""
    try:
        generator.get_template(article.template)
    except PelicanTemplateNotFound:
        message = f"Template is {article.template!r}, which the theme has not; shown in the usual one"
        notices.append(Notice(article.relative_source_path, message))
        article.template = type(article).default_template


def keep_one_of_each_slug(generator: ArticlesGenerator, notices: list[Notice]) -> None:
    """Leave out, and tell, articles that would stand at the address of another; Pelican takes them for translations."""
    kept: dict[str, Any] = {}
    for article in sorted([*generator.articles, *generator.translations], key=lambda article: article.source_path):
        if (first := kept.setdefault(article.slug, article)) is not article:
            message = (
                f"Slug {article.slug!r} is that of {first.relative_source_path} too; give it another to publish it"
            )
            notices.append(Notice(article.relative_source_path, message))
    generator.articles, generator.translations = list(kept.values()), []


def _check_edition(edition: object) -> None:
    try:
        parse_date(str(edition))
    except ArchiveError as error:
        raise SiteError(f"EDITION in the settings: {error}") from error


def keep_own_pages(generator: ArticlesGenerator) -> None:
    """Keep Pelican from making pages of topics that are none, of dates that are not whole, and of our facets."""
    generator.categories = [(category, articles) for category, articles in generator.categories if category]
    generator.tags = {tag: articles for tag, articles in generator.tags.items() if tag.save_as}
    if generator.settings["DATELINE_THEME"]:
        generator.categories, generator.tags = [], {}
    generator._update_context(("categories", "tags"))
    whole = [article for article in generator.dates if getattr(article.date, "is_whole_day", True)]
    generator.period_archives = generator._build_period_archives(whole, generator.articles, generator.settings)
    generator.context["period_archives"] = generator.period_archives


def generators(pelican: Pelican) -> type[ArchiveGenerator]:
    """Return the generator of the archive's own pages."""
    return ArchiveGenerator


def writer(pelican: Pelican) -> type[ArchiveWriter]:
    """Return the writer in whose feeds no date is false."""
    return ArchiveWriter


def _feeds(settings: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    feed = settings.get("FEED_ALL_ATOM")
    return (("Feed", str(feed)),) if feed and settings["DATELINE_THEME"] else ()
