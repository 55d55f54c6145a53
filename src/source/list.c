/*
 * list.c - a table of images and their answers as a source of samples.
 *
 * The rows are those of a CSV file with a column of paths, read by its reader.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "source/csv_passed.h"
#include "source/pictures.h"

static const struct field list_fields[] = {
    FIELD(csv_source, list,
          .doc = "A CSV file that names an image a row, PNG, JPEG or PNM, and "
                 "its label or targets; relative paths start where the list "
                 "stands."),
    FIELD(csv_source, path_column, .def = "0",
          .aka = "x_col image_column file_column filename image_path file_name",
          .doc = "Where the path stands: a column counted from 0, or its name "
                 "in the header."),
    FIELD(csv_source, label_column, .def = "1", .optional = true,
          .aka = "y_col class_column",
          .doc = "Where the label stands: a column counted from 0, from the "
                 "end if negative, or its name in the header; not beside "
                 "target_columns and label_columns."),
    FIELD(csv_source, header, .def = "auto", .choices = csv_header_words,
          .doc = "Is the first row a header?  auto: when none of its cells is "
                 "a number, empty, nan, NA or null, and that of the path names "
                 "no file; skip: it is left out, whatever it is."),
    FIELD(csv_source, delimiter, .def = "\",\"", .least = 1, .most = 1,
          .doc = "The character between cells."),
    FIELD(csv_source, target_columns, .optional = true, .least = 1,
          .most = 100000,
          .doc = "For regression, instead of a label: the columns of the "
                 "numbers to be predicted, in the order of the outputs."),
    FIELD(csv_source, label_columns, .optional = true, .least = 1,
          .most = 100000,
          .doc = "For several labels at once, instead of one: the columns that "
                 "hold 1 where an image has the label and 0 where not."),
    FIELD(csv_source, ignore, .optional = true, .least = 1, .most = 100000,
          .doc = "The columns that are neither: names, or numbers counted from "
                 "0."),
    {0},
};

/* A row: its path, in front of which the list's folder stands, and its line. */
struct list_row {
    const char *path;
    int64_t line;
};

struct list {
    struct csv_reader rows;
    const char *folder;    /* "" or ends with a slash */
    struct list_row *read; /* [count] */
    int64_t count;
    size_t room;
    bool begun; /* the first row has been read when the list was opened */
    struct pictures pictures;
};

/* The header is decided by the first row alone: a path has a folder in it, an
 * image's ending, or a file. */
static bool names_file(const struct csv_reader *r, const char *cell)
{
    const struct list *l = (const struct list *)r;
    struct text path = {0};

    if (strchr(cell, '/') || picture_named(cell))
        return true;
    text_printf(&path, "%s%s", l->folder, cell);
    const bool there = !path.failed && file_exists(text_string(&path));
    text_free(&path);
    return there;
}

/* A file that is missing is told where it is named; nothing else than a file is
 * waited for. */
static enum status check_file(struct list *l, const char *path, struct err *e)
{
    const int why = file_fault(path);

    if (why == 0 && file_is_regular(path))
        return OK;
    const char *place =
        arena_printf(l->rows.arena, "%s:%lld", input_name(&l->rows.in),
                     (long long)l->rows.line);
    if (why == 0)
        return err_add(e, ERR_DATA, place, "%s is no file", path);
    return err_file(e, place,
                    arena_printf(l->rows.arena, "cannot read %s", path), why);
}

/* Keeps the row at hand. */
static enum status keep_row(struct list *l, struct err *e)
{
    const struct csv_cell cell = l->rows.path;
    struct arena *arena = l->rows.arena;
    const char *path =
        arena_printf(arena, "%s%.*s", *cell.at == '/' ? "" : l->folder,
                     (int)cell.length, cell.at);
    const enum status s = arena_check(arena, e, "reading a list");

    if (s != OK)
        return s;
    if (!mem_grow(&l->read, &l->room, (size_t)l->count + 1, sizeof *l->read))
        return err_memory(e, "reading a list");
    l->read[l->count++] = (struct list_row){path, l->rows.line};
    return check_file(l, path, e);
}

/* A list holds nothing but paths and answers. */
static enum status refuse_others(const struct csv_reader *rows, struct err *e)
{
    int64_t i = 0;

    if (rows->features == 0)
        return OK;
    while (rows->slot[i] < 0)
        i++;
    return err_add(e, ERR_CONFIG, input_name(&rows->in),
                   "column %lld%s%s%s is neither the path nor an answer; "
                   "ignore names such columns",
                   (long long)i, rows->names ? " ('" : "",
                   rows->names ? rows->names[i] : "", rows->names ? "')" : "");
}

static enum status read_row(struct list *l, bool *more, struct err *e)
{
    enum status s = csv_next(&l->rows, more, e);

    if (s == OK && *more)
        s = csv_read_row(&l->rows, e);
    return s == OK && *more ? keep_row(l, e) : s;
}

extern const struct source_ops list_source_ops;

static void list_close(struct source_reader *r)
{
    struct list *l = r->state;

    csv_release(&l->rows);
    mem_free(l->read);
    mem_free(l);
}

static enum status list_open(const void *config, const struct source_request *q,
                             struct source_reader *r, struct err *e)
{
    const struct csv_source *c = config;
    struct source_request own = *q;
    struct list *l = mem_take(1, sizeof *l);
    bool more = false;

    if (!l)
        return err_memory(e, "reading a list");
    r->state = l;
    l->folder = arena_strndup(q->arena, c->list.at,
                              (size_t)(file_base(c->list.at) - c->list.at));
    l->rows.names_file = names_file;
    own.features = 0;
    own.names = NULL;
    own.holes = false;
    enum status s = csv_begin(&l->rows, c, &own, r, e);
    r->columns = (struct columns){.passed = l->rows.passed_names};
    if (s == OK)
        s = refuse_others(&l->rows, e);
    if (s == OK)
        s = read_row(l, &more, e);
    if (s == OK && !more)
        s = err_add(e, ERR_DATA, r->name, "names no images");
    if (s == OK)
        s = pictures_open(&l->pictures, q, l->read[0].path, e);
    l->begun = s == OK;
    r->shape = l->pictures.shape;
    return s;
}

/* Of the row at hand, without the list's own folder in front. */
static const char *path_as_named(const struct list *l)
{
    const char *path = l->read[l->count - 1].path;

    return path + strlen(path) - l->rows.path.length;
}

static enum status list_next(struct source_reader *r, struct record *out,
                             bool *more, struct err *e)
{
    struct list *l = r->state;
    enum status s = OK;

    *more = l->begun;
    if (!l->begun)
        s = read_row(l, more, e);
    l->begun = false;
    if (s == OK && *more)
        s = csv_passed_read(&l->rows, out, e);
    if (s == OK && *more)
        out->path = path_as_named(l);
    out->targets = l->rows.targets;
    out->label = l->rows.label.at;
    out->label_length = l->rows.label.length;
    return s;
}

/* The rows as far as they can be read. */
static bool list_holds(const void *config, const char *path)
{
    struct err *ignored = mem_take(1, sizeof *ignored);
    struct arena arena = {0};
    struct source_reader r = {.ops = &list_source_ops};
    struct record record;
    enum status s = ERR_MEMORY;
    bool more = true;
    int64_t i = 0;

    if (ignored)
        s = list_open(config, &(struct source_request){.arena = &arena}, &r,
                      ignored);
    while (s == OK && more)
        s = source_next(&r, &record, &more, ignored);
    const struct list *l = r.state;
    while (l && i < l->count && !file_same(l->read[i].path, path))
        i++;
    const bool found = l && i < l->count;
    source_close(&r);
    arena_free(&arena);
    mem_free(ignored);
    return found;
}

static enum status list_fetch(const struct source_reader *r, int64_t index,
                              void *pixels, struct err *e)
{
    const struct list *l = r->state;

    return pictures_read(&l->pictures, l->read[index].path, pixels, e);
}

const struct source_ops list_source_ops = {
    .kind = {.name = "list",
             .doc = "A table that names images, with a label or targets.",
             .aka = "annotations manifest filelist file_list image_list "
                    "annotations_file flow_from_dataframe",
             .fields = list_fields,
             .config_size = sizeof(struct csv_source)},
    .pictures = true,
    .passes = true,
    .settle = csv_settle,
    .fault = csv_fault,
    .targets = csv_targets,
    .holds = list_holds,
    .open = list_open,
    .next = list_next,
    .fetch = list_fetch,
    .close = list_close,
};
