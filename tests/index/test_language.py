"""The language of a text: told by its file, found where it is sure enough, else unknown."""

from __future__ import annotations

import pytest

from index import Article, Index
from index.language import detect, is_english, name

TEXTS = {
    "en": "The town council decided on Monday to close the old swimming hall. The mayor said the roof could not be saved.",
    "de": "Die Stadtverwaltung hat am Montag beschlossen, das alte Hallenbad zu schließen. Das Dach sei nicht zu retten.",
    "fr": "Le conseil municipal a décidé lundi de fermer l'ancienne piscine. La maire a dit que le toit était perdu.",
    "es": "El ayuntamiento decidió el lunes cerrar la antigua piscina cubierta. La alcaldesa dijo que el techo no se podía reparar.",
    "pl": "Rada miasta postanowiła w poniedziałek zamknąć stary kryty basen. Dachu nie da się uratować za tę cenę.",
    "uk": "Міська рада в понеділок вирішила закрити старий критий басейн. Мерка сказала, що дах неможливо врятувати.",
    "ar": "قرر مجلس المدينة يوم الاثنين إغلاق المسبح القديم المغطى. وقالت رئيسة البلدية إن السقف لا يمكن إنقاذه بثمن تستطيع المدينة دفعه.",
    "zh": "市议会周一决定关闭旧的室内游泳馆。市长说，屋顶无法以城市能够承担的价格修复。",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_of_two_sentences_is_told(language: str) -> None:
    assert detect(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text", ["", "The pier closed.", "1,234.50 2,345 99.1 % 12:30 5-4 3-2 11 22", "Berlin Paris Madrid Rome Vienna Prague"]
)
def test_what_is_too_little_stays_unknown(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("told", "english"), [("en", True), ("en-GB", True), ("English", True), ("de", False), ("enm", False)]
)
def test_what_is_english(told: str, english: bool) -> None:
    assert is_english(told) is english


@pytest.mark.parametrize(
    ("code", "called"), [("de", "German"), ("pt-BR", "Portuguese (Brazil)"), ("pl", "Polish"), ("no code", "no code")]
)
def test_languages_have_names(code: str, called: str) -> None:
    assert name(code) == called


def test_another_language_is_kept_with_a_warning(index: Index) -> None:
    report = index.add(
        [Article(TEXTS["de"], title="Hallenbad"), Article(TEXTS["en"]), Article(TEXTS["fr"], title="Piscine", language="en")]
    )
    assert report.added == 3
    assert report.warnings == (("Hallenbad", "it is in German: kept and found, but answers are read best in English"),)
    assert sorted(article.language or "" for article in index.articles()) == ["de", "en", "en"], "what a file says holds"
    assert index.add(Article(TEXTS["de"], title="Hallenbad")).warnings == ()
