"""What the documents quote of the bench is what it printed."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"
GRAPHS = ("sentence", "questions", "story", "phrases", "functions", "facts")


def measured(name):
    """Return the cells of each row of figures on a page, by its first cell."""
    text = (ROOT / name).read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if "[" in line]
    return {row[0]: row[1:] for row in reversed(rows) if row[0] in GRAPHS}


def test_the_readmes_quote_what_the_page_of_results_says():
    text = (ROOT / "docs/results.md").read_text(encoding="utf-8")
    english, chinese = measured("README.md"), measured("README.zh.md")
    assert english == chinese
    assert set(english) == set(GRAPHS)
    for graph, cells in english.items():
        own = "\n".join(line for line in text.splitlines() if line.startswith(f"| {graph} |"))
        assert all(cell in own for cell in cells)


def test_the_page_of_a_graph_quotes_what_the_page_of_results_says():
    text = (ROOT / "docs/results.md").read_text(encoding="utf-8")
    for name in GRAPHS:
        page = (ROOT / f"docs/domains/{name}.md").read_text(encoding="utf-8")
        rows = [line for line in page.splitlines() if line.startswith(f"| {name} |")]
        assert len(rows) == 5
        assert all(row in text for row in rows)
