"""Names of LaTeX macros and environments, by what they mean for prose."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


CITES = _names(
    "cite citep citet citealp citealt citeauthor citeyear citeyearpar citenum nocite parencite textcite "
    "autocite footcite fullcite smartcite supercite Cite Citep Citet Parencite Textcite Autocite "
    "onlinecite"
)
URLS = _names("url path nolinkurl")
REFERENCES = _names(
    "ref eqref pageref autoref nameref cref Cref vref fref Fref hyperref label hypertarget index gls "
    "Gls glspl Glspl acrshort acrlong acrfull ac acp bibitem"
)
# Argument lists in pylatexenc's notation: `*` star, `[` optional, `{` required.
TAKING_ARGUMENTS = {
    "includegraphics": "*[{",
    "input": "{",
    "include": "{",
    "vspace": "*{",
    "hspace": "*{",
    "SI": "[{{",
    "si": "[{",
    "qty": "[{{",
    "num": "[{",
    "unit": "[{",
    "ang": "[{",
    "ce": "{",
    "todo": "[{",
    "setcounter": "{{",
    "addtocounter": "{{",
    "setlength": "{{",
    "color": "[{",
    "ensuremath": "{",
    "texorpdfstring": "{{",
    "markboth": "{{",
    "thispagestyle": "{",
    "pagestyle": "{",
    "bibliography": "{",
    "bibliographystyle": "{",
    "printbibliography": "[",
    "graphicspath": "{",
    "footnotemark": "[",
}
# The last argument is prose.
WRAPPERS = {
    "emph": "{",
    "textbf": "{",
    "textit": "{",
    "textsl": "{",
    "textsc": "{",
    "textrm": "{",
    "textsf": "{",
    "textup": "{",
    "textmd": "{",
    "textnormal": "{",
    "text": "{",
    "underline": "{",
    "uline": "{",
    "sout": "{",
    "hl": "{",
    "mbox": "{",
    "enquote": "*{",
    "foreignquote": "{{",
    "footnote": "[{",
    "footnotetext": "[{",
    "thanks": "{",
    "marginpar": "[{",
    "href": "{{",
    "textcolor": "[{{",
    "foreignlanguage": "[{{",
    "textquote": "[{",
    "added": "[{",
    "highlight": "{",
}
# Their last argument is a passage of its own.
CAPTIONS = {"caption": "*[{", "captionof": "*{[{", "subcaption": "*[{", "legend": "{", "captionabove": "[{"}
# A paragraph ends at these; they and their arguments are no part of any.
APART = _names(
    "part chapter section subsection subsubsection paragraph subparagraph title subtitle author date "
    "institute affiliation address email keywords item par maketitle tableofcontents listoffigures "
    "listoftables newpage clearpage cleardoublepage pagebreak bigskip medskip smallskip vspace vfill "
    "appendix frontmatter mainmatter backmatter bibliography bibliographystyle printbibliography input "
    "include includegraphics documentclass usepackage newcommand renewcommand providecommand "
    "newenvironment renewenvironment newtheorem def let setcounter addtocounter setlength pagestyle "
    "thispagestyle graphicspath hline toprule midrule bottomrule begin end centering raggedright hrule "
    "markboth frametitle framesubtitle"
)
# Before a paragraph's first word these are no part of it.
LEADING = _names("label noindent indent tiny small footnotesize normalsize large Large index")
PROSE_ENVIRONMENTS = _names(
    "document abstract itemize enumerate description quote quotation center flushleft flushright "
    "minipage theorem lemma proposition corollary definition remark example proof claim conjecture note "
    "exercise solution frame block alertblock exampleblock multicols spacing onehalfspace doublespace "
    "singlespace acknowledgments acknowledgements appendices letter small footnotesize large "
    "compactitem compactenum adjustwidth sloppypar displayquote quoting case assumption notation "
    "observation question answer"
)
