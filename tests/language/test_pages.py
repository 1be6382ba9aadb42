"""Pages are translated between their tags; what is the photographer's own stays."""

from __future__ import annotations

import pytest

from couloir.language.catalog import open_catalog
from couloir.language.choice import ENGLISH, LANGUAGES
from couloir.language.messages import names
from couloir.language.pages import translate_page
from couloir.migrate.report.page_files import STATIC, static_file
from couloir.migrate.report.spoken import translations


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ('<html lang="en"><p>Everything was migrated.', '<html lang="de"><p>Alles wurde übertragen.'),
        ("<b>12: Files cannot hold albums.</b>", "<b>12: Dateien können keine Alben aufnehmen.</b>"),
        # Names stay, even those that read like words of the page.
        ('<h1 translate="no">Projects</h1><p>Projects', '<h1 translate="no">Projects</h1><p>Projekte'),
        ("<li translate='x'><code>Albums</code> Albums", "<li translate='x'><code>Albums</code> Alben"),
        ('<i translate="no">a<i>Albums</i>Albums</i>Albums', '<i translate="no">a<i>Albums</i>Albums</i>Alben'),
        ('<a title="Everything was migrated.">Bilder', '<a title="Alles wurde übertragen.">Bilder'),
        # Markup in a name stays escaped.
        ("<p>&lt;b&gt; is not in the library.", "<p>&lt;b&gt; ist nicht in der Mediathek."),
        ("<style>Albums</style><script>Albums</script>", "<style>Albums</style><script>Albums</script>"),
    ],
)
def test_a_page_is_translated_between_its_tags(english: str, german: str) -> None:
    assert translate_page(english, open_catalog("de")) == german


def test_an_english_page_stays_as_it_is() -> None:
    assert translate_page("<p>Albums", open_catalog("en")) == "<p>Albums"


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != ENGLISH])
def test_the_scripts_get_translations_with_the_places_of_their_facts(language: str) -> None:
    scripts = [static_file(name).decode() for name in STATIC if name.endswith(".js")]
    told = translations(scripts, open_catalog(language))
    assert "{part} of {whole}" in told
    assert {text: names(text) for text in told} == {text: names(translated) for text, translated in told.items()}
