/*
 * csv.c - rows of numbers from text.
 */
#include "data/csv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

static enum status fail_at(const struct csv_reader *r, const unsigned char *at,
                           struct err *e, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* Records `FILE:LINE:COLUMN: error: MESSAGE` for a place in the row at hand. */
static enum status fail_at(const struct csv_reader *r, const unsigned char *at,
                           struct err *e, const char *fmt, ...)
{
    char place[1200], message[400];
    int64_t column = 1;
    va_list args;

    for (const unsigned char *p = r->row; p < at; p++)
        column += (*p & 0xc0) != 0x80;
    snprintf(place, sizeof place, "%s:%lld:%lld", input_name(&r->in),
             (long long)r->line, (long long)column);
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    return err_add(e, ERR_DATA, place, "%s", message);
}

static unsigned char delimiter_of(const struct csv_reader *r)
{
    return (unsigned char)r->format.delimiter;
}

static enum status fail_cell(const struct csv_reader *r,
                             const unsigned char *at, enum csv_cell_state state,
                             struct err *e)
{
    if (state == CSV_CELL_MEMORY)
        return err_memory(e, "reading a row");
    return fail_at(r, at, e,
                   state == CSV_CELL_OPEN
                       ? "the quote is not closed on its line"
                       : "text follows the closing quote, expected '%c'",
                   r->format.delimiter);
}

bool csv_ready(const struct csv_reader *r)
{
    const struct input *in = &r->in;
    size_t at = in->begin;

    if (r->ahead || in->ended)
        return true;
    while (at < in->end && (in->at[at] == '\n' || in->at[at] == '\r'))
        at++;
    return memchr(in->at + at, '\n', in->end - at) != NULL;
}

enum status csv_next(struct csv_reader *r, bool *more, struct err *e)
{
    while (!r->ahead) {
        unsigned char *line;
        size_t length;
        const enum status s = input_line(&r->in, &line, &length, e);
        if (s != OK)
            return s;
        *more = line != NULL;
        if (!line)
            return OK;
        r->ahead_line++;
        if (length > 0)
            r->ahead = line;
    }
    /* Empty lines turn out not to stand at the end: they are rows. */
    *more = true;
    r->line++;
    r->row = (const unsigned char *)"\n";
    if (r->line == r->ahead_line) {
        r->row = r->ahead;
        r->ahead = NULL;
    }
    return OK;
}

static bool label_is_good(const struct csv_cell *c)
{
    return c->length > 0 && !memchr(c->at, '\0', c->length);
}

int64_t csv_features(const struct csv_reader *r)
{
    return r->width - (r->label >= 0) - r->target_count;
}

bool csv_row_bytes(struct csv_reader *r, unsigned char *values)
{
    const unsigned char delimiter = delimiter_of(r);
    const unsigned char *p = r->row;

    if (r->role)
        return false;

    for (int64_t column = 0; column < r->width; column++) {
        if (column == r->label) {
            if (csv_cell_take(&p, delimiter, &r->label_text, &r->label_cell) !=
                    CSV_CELL_GOOD ||
                !label_is_good(&r->label_cell))
                return false;
        } else if (!csv_cell_byte(&p, delimiter, values++)) {
            return false;
        }
        if ((*p == '\n') != (column + 1 == r->width))
            return false;
        p++;
    }
    return true;
}

static enum status read_label(struct csv_reader *r, const unsigned char **p,
                              struct err *e)
{
    const unsigned char *at = *p;
    const enum csv_cell_state state =
        csv_cell_take(p, delimiter_of(r), &r->label_text, &r->label_cell);

    if (state != CSV_CELL_GOOD)
        return fail_cell(r, at, state, e);
    if (!label_is_good(&r->label_cell))
        return fail_at(r, at, e,
                       r->label_cell.length ? "the label holds a NUL byte"
                                            : "the label is empty");
    return OK;
}

/* The cells of the row at hand; a badly quoted one counts to the line's end. */
static int64_t count_cells(struct csv_reader *r)
{
    const unsigned char *p = r->row;
    struct csv_cell cell;

    for (int64_t count = 1;; count++) {
        if (csv_cell_take(&p, delimiter_of(r), &r->scratch, &cell) !=
                CSV_CELL_GOOD ||
            *p == '\n')
            return count;
        p++;
    }
}

/* Without a label column: are there as many cells too many as a file of
 * training has labels or targets? */
static bool may_be_labelled(const struct csv_reader *r, int64_t cells)
{
    return r->label < 0 && !r->role &&
           cells - r->width == (r->format.spare ? r->format.spare : 1);
}

static enum status fail_length(struct csv_reader *r, const unsigned char *at,
                               struct err *e)
{
    const int64_t found = count_cells(r);

    if (may_be_labelled(r, found))
        return fail_at(r, at, e,
                       "row has %lld cells, the network takes %lld; if %s, "
                       "use --labelled",
                       (long long)found, (long long)r->width,
                       r->format.spare ? "the targets are among them"
                                       : "one of them is a label");
    return fail_at(r, at, e, "row has %lld cell%s, expected %lld",
                   (long long)found, found == 1 ? "" : "s",
                   (long long)r->width);
}

static enum status read_real(struct csv_reader *r, const unsigned char **p,
                             float *value, struct err *e)
{
    const unsigned char *at = *p;
    struct csv_cell cell;
    char shown[CSV_EXCERPT_BYTES];
    double number;

    if (csv_cell_decimal(p, delimiter_of(r), &number)) {
        *value = (float)number;
        if (isfinite(*value))
            return OK;
        *p = at;
    }
    const enum csv_cell_state state =
        csv_cell_take(p, delimiter_of(r), &r->scratch, &cell);
    if (state != CSV_CELL_GOOD)
        return fail_cell(r, at, state, e);
    csv_cell_excerpt(cell, shown);
    const bool is_number = csv_cell_real(cell, &r->scratch, &number);
    if (r->scratch.failed)
        return err_memory(e, "reading a row");
    if (!is_number && may_be_labelled(r, count_cells(r)))
        return fail_length(r, at, e);
    if (cell.length == 0)
        return fail_at(r, at, e, "cell is empty, expected a number");
    if (!is_number)
        return fail_at(r, at, e, "cell '%s' is not a number", shown);
    *value = (float)number;
    if (!isfinite(*value))
        return fail_at(r, at, e, "cell '%s' is too large for a 32-bit float",
                       shown);
    return OK;
}

enum status csv_row_reals(struct csv_reader *r, float *values, struct err *e)
{
    const unsigned char *p = r->row;

    if (*p == '\n')
        return fail_at(r, p, e, "empty line");
    for (int64_t column = 0; column < r->width; column++) {
        const int64_t target = r->role ? r->role[column] : -1;
        float *to = target >= 0 ? &r->targets[target] : values;
        const enum status s =
            column == r->label ? read_label(r, &p, e) : read_real(r, &p, to, e);
        if (s != OK)
            return s;
        values += column != r->label && target < 0;
        /* Too short: the end of the row; too long: the first cell over. */
        if ((*p == '\n') != (column + 1 == r->width))
            return fail_length(r, *p == '\n' ? p : p + 1, e);
        p++;
    }
    return OK;
}

/* Header auto: is any cell outside the label column no number? */
static bool looks_like_header(struct csv_reader *r)
{
    const unsigned char *p = r->row;

    for (int64_t column = 0;; column++, p++) {
        struct csv_cell cell;
        double number;
        if (csv_cell_take(&p, delimiter_of(r), &r->scratch, &cell) !=
            CSV_CELL_GOOD)
            return true;
        if (column != r->format.label_index &&
            !csv_cell_real(cell, &r->scratch, &number))
            return true;
        if (*p == '\n')
            return false;
    }
}

enum status csv_find_column(struct csv_reader *r, const char *name,
                            const char *key, int64_t *found, struct err *e)
{
    const unsigned char *p = r->row;

    for (int64_t column = 0;; column++, p++) {
        const unsigned char *at = p;
        struct csv_cell cell;
        const enum csv_cell_state state =
            csv_cell_take(&p, delimiter_of(r), &r->scratch, &cell);
        if (state != CSV_CELL_GOOD)
            return fail_cell(r, at, state, e);
        if (cell.length == strlen(name) &&
            memcmp(cell.at, name, cell.length) == 0) {
            *found = column;
            return OK;
        }
        if (*p == '\n')
            return err_add(e, ERR_CONFIG, input_name(&r->in),
                           "the header has no column '%s' (%s)", name, key);
    }
}

static enum status check_width(struct csv_reader *r, int64_t features,
                               struct err *e)
{
    if (r->label >= r->width)
        return err_add(e, ERR_CONFIG, input_name(&r->in),
                       "label_column is %lld, but a row has columns 0 to %lld",
                       (long long)r->label, (long long)r->width - 1);
    if (features == 0 && csv_features(r) == 0)
        return err_add(e, ERR_DATA, input_name(&r->in),
                       "rows hold %s and nothing else",
                       r->role ? "targets" : "a label");
    return OK;
}

static void put_back(struct csv_reader *r)
{
    if (r->line == r->ahead_line)
        r->ahead = r->row;
    r->line--;
}

/* Reads the first row; leaves it as the next one unless it is a header. */
static enum status read_header(struct csv_reader *r, int64_t features,
                               struct err *e)
{
    const struct csv_format *f = &r->format;
    const int64_t wanted =
        features + r->target_count + (f->label_index >= 0 || f->label_name);
    bool more, header = f->header == CSV_HEADER_YES || f->label_name ||
                        csv_needs_header(f);

    enum status s = csv_next(r, &more, e);
    if (s != OK)
        return s;
    if (!more)
        return features ? OK
                        : err_add(e, ERR_DATA, input_name(&r->in),
                                  "the file is empty, expected rows");
    const bool empty = *r->row == '\n';
    if (empty && (header || features == 0))
        return fail_at(r, r->row, e, "empty line");
    const int64_t found = count_cells(r);
    r->width = features ? wanted : found;
    if (f->header == CSV_HEADER_AUTO && !header)
        header = !empty && found == r->width && looks_like_header(r);
    if (r->scratch.failed)
        return err_memory(e, "reading a row");
    if (!header) {
        put_back(r);
        return OK;
    }
    if (f->label_name)
        s = csv_find_column(r, f->label_name, "label_column", &r->label, e);
    if (s == OK && found != r->width)
        s = fail_length(r, r->row, e);
    return s;
}

static enum status skip_mark(struct input *in, struct err *e)
{
    const enum status s = input_ahead(in, 3, e);

    if (s == OK && in->end - in->begin >= 3 &&
        memcmp(in->at + in->begin, "\xef\xbb\xbf", 3) == 0)
        in->begin += 3;
    return s;
}

enum status csv_start(struct csv_reader *r, int64_t features, struct err *e)
{
    r->label = r->format.label_name ? -1 : r->format.label_index;
    r->target_count = r->format.targets ? r->format.targets->count : 0;
    r->width = features + r->target_count;
    enum status s = skip_mark(&r->in, e);
    if (s == OK)
        s = read_header(r, features, e);
    if (s == OK)
        s = csv_place_targets(r, e);
    if (s == OK)
        s = check_width(r, features, e);
    return s;
}

enum status csv_open(struct csv_reader *r, const char *path,
                     const struct csv_format *f, int64_t features,
                     struct err *e)
{
    *r = (struct csv_reader){.format = *f};
    enum status s = input_open(&r->in, path, e);
    if (s == OK)
        s = csv_start(r, features, e);
    if (s != OK)
        csv_close(r);
    return s;
}

void csv_close(struct csv_reader *r)
{
    input_close(&r->in);
    text_free(&r->label_text);
    text_free(&r->scratch);
    mem_free(r->role);
    mem_free(r->targets);
    r->role = NULL;
    r->targets = NULL;
}
