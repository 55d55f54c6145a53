/*
 * html.c - escaping, tables, the frame of the page.
 *
 * Written so that it is well-formed XML too, which a test can check strictly.
 */
#include "report/html.h"

#include <math.h>

#include "codec/base64.h"
#include "codec/digest.h"
#include "conf/field.h"

/* The one style sheet; the page's policy allows no other, by its digest.  Plain
 * selectors, no quotes and nothing that is markup. */
static const char style[] =
    ":root{color-scheme:light dark;--ink:#1b1b1f;--paper:#fff;--soft:#f2f3f5;"
    "--line:#c3c7cf;--accent:#0b57a4;--bad:#a31515}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e8e8ea;--paper:#16181c;"
    "--soft:#23262c;--line:#4b515b;--accent:#8ab8f0;--bad:#ff9a8f}}\n"
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:1rem/1.5 system-ui,sans-serif}\n"
    "main{max-width:60rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}\n"
    "h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}\n"
    "h2{font-size:1.15rem;margin:1.2rem 0 .4rem}\n"
    "h3{font-size:1rem;margin:1rem 0 .4rem}\n"
    "p,ul,dl{margin:.5rem 0}\n"
    ".facts{display:grid;gap:.5rem;"
    "grid-template-columns:repeat(auto-fit,minmax(9rem,1fr))}\n"
    ".facts div{background:var(--soft);border-radius:.4rem;"
    "padding:.5rem .7rem}\n"
    ".facts dt{font-size:.85rem}\n"
    ".facts dd{margin:0;font-size:1.3rem;font-variant-numeric:tabular-nums}\n"
    ".facts small{display:block;font-size:.8rem}\n"
    ".bad{color:var(--bad);font-weight:600}\n"
    "details{border:1px solid var(--line);border-radius:.4rem;"
    "margin:.75rem 0;padding:0 .8rem}\n"
    "summary{cursor:pointer;padding:.6rem 0}\n"
    "summary h2{display:inline;margin:0}\n"
    "details[open]{padding-bottom:.8rem}\n"
    ".wide{overflow-x:auto;overflow-wrap:normal;margin:.6rem 0}\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;padding:.2rem 0;font-weight:600}\n"
    "th,td{padding:.2rem .6rem;text-align:right;vertical-align:top;"
    "border-bottom:1px solid var(--line)}\n"
    "th:first-child,td.words{text-align:left}\n"
    "tbody th{font-weight:400}\n"
    "@media (max-width:30rem){main{padding:.7rem}table{font-size:.78rem}"
    "th,td{padding:.2rem .25rem}ul{padding-left:1.2rem}}\n"
    "td.right{background:var(--soft);font-weight:600}\n"
    "figure{margin:.6rem 0;overflow-x:auto}\n"
    "img{max-width:100%;height:auto}\n"
    "pre{overflow-x:auto;background:var(--soft);border-radius:.4rem;"
    "padding:.6rem;font-size:.85rem}\n"
    ":focus-visible{outline:3px solid var(--accent);outline-offset:2px}\n"
    "@media print{main{max-width:none;padding:0}details{border:0;padding:0}"
    "summary{list-style:none}.wide,figure,pre{overflow:visible}"
    "pre{white-space:pre-wrap}table{font-size:.8rem}figure,tr{"
    "break-inside:avoid}h1,h2,h3,summary,h3+p,summary+p{break-after:avoid}}\n"
    "@media print{details::details-content{display:block;"
    "content-visibility:visible}}\n";

void html_text(struct text *out, const char *foreign)
{
    struct text shown = {0};

    text_shown(&shown, foreign);
    text_markup(out, text_string(&shown));
    text_drop(out, &shown);
}

static void put_words(struct text *out, const char *fmt, va_list args)
    PRINTF_LIKE(2, 0);
static void put_words(struct text *out, const char *fmt, va_list args)
{
    struct text t = {0};

    text_vprintf(&t, fmt, args);
    html_text(out, text_string(&t));
    text_drop(out, &t);
}

void html_words(struct text *out, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    put_words(out, fmt, args);
    va_end(args);
}

void html_real(struct text *out, int decimals, double value)
{
    if (isnan(value)) {
        text_puts(out, "-");
        return;
    }
    text_puts(out, "<data value=\"");
    real_add(out, value);
    text_printf(out, "\">%.*f</data>", decimals, value);
}

struct html_table html_table_begin(struct text *out, const char *caption,
                                   const char *const *titles, int64_t columns)
{
    text_puts(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
                   "aria-label=\"");
    html_text(out, caption);
    text_puts(out, "\"><table><caption>");
    html_text(out, caption);
    text_puts(out, "</caption>\n<thead><tr>");
    for (int64_t i = 0; i < columns; i++) {
        text_puts(out, "<th scope=\"col\">");
        html_text(out, titles[i]);
        text_puts(out, "</th>");
    }
    text_puts(out, "</tr></thead>\n<tbody>\n");
    return (struct html_table){out, columns, 0};
}

void html_cell_begin(struct html_table *t, const char *of)
{
    text_puts(t->out, t->at == 0 ? "<tr><th scope=\"row\"" : "<td");
    if (of)
        text_printf(t->out, " class=\"%s\"", of);
    text_puts(t->out, ">");
}

void html_cell_end(struct html_table *t)
{
    text_puts(t->out, t->at == 0 ? "</th>" : "</td>");
    t->at = (t->at + 1) % t->columns;
    if (t->at == 0)
        text_puts(t->out, "</tr>\n");
}

void html_cell(struct html_table *t, const char *fmt, ...)
{
    va_list args;

    html_cell_begin(t, NULL);
    va_start(args, fmt);
    put_words(t->out, fmt, args);
    va_end(args);
    html_cell_end(t);
}

void html_cell_real(struct html_table *t, int decimals, double value)
{
    html_cell_begin(t, NULL);
    html_real(t->out, decimals, value);
    html_cell_end(t);
}

void html_table_end(struct html_table *t)
{
    text_puts(t->out, "</tbody></table></div>\n");
}

void html_section(struct text *out, const char *id, const char *title)
{
    text_printf(out, "<details id=\"%s\"><summary><h2>", id);
    html_text(out, title);
    text_puts(out, "</h2></summary>\n");
}

void html_section_end(struct text *out)
{
    text_puts(out, "</details>\n");
}

/* 'sha256-..': the browser uses a style sheet of this digest alone. */
static void put_style_digest(struct text *out)
{
    unsigned char digest[SHA256_BYTES];
    struct sha256 s;

    sha256_begin(&s);
    sha256_add(&s, style, sizeof style - 1);
    sha256_end_bytes(&s, digest);
    text_puts(out, "'sha256-");
    base64_add(out, digest, sizeof digest);
    text_puts(out, "'");
}

void html_begin(struct text *out, const char *title)
{
    text_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                   "<meta charset=\"utf-8\" />\n"
                   "<meta http-equiv=\"Content-Security-Policy\" "
                   "content=\"default-src 'none'; img-src data:; style-src ");
    put_style_digest(out);
    text_puts(out,
              "; base-uri 'none'; form-action 'none'\" />\n"
              "<meta name=\"viewport\" "
              "content=\"width=device-width, initial-scale=1\" />\n"
              "<meta name=\"color-scheme\" content=\"light dark\" />\n"
              "<meta name=\"referrer\" content=\"no-referrer\" />\n<title>");
    html_text(out, title);
    text_printf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n",
                style);
}

void html_end(struct text *out)
{
    text_puts(out, "</main>\n</body>\n</html>\n");
}
