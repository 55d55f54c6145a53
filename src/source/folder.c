/*
 * folder.c - a folder of images as a source of labelled samples.
 *
 * What stands below the folder is listed when it is opened, and every class is
 * told by its path; an image is read when its pixels are asked for.
 */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "base/text.h"
#include "base/walk.h"
#include "data/labels.h"
#include "data/prepare.h"
#include "source/csv_cell.h"
#include "source/pictures.h"

struct folder_source {
    struct path folder;
    const char *pattern;
};

static const struct field folder_fields[] = {
    FIELD(folder_source, folder,
          .doc = "A folder of images, PNG, JPEG or PNM: the class of each is "
                 "the first folder below that it stands in, however deep.  "
                 "Samples are in the order of their paths.  Names that begin "
                 "with a dot are passed over, links to folders are not "
                 "followed, any other file is an error."),
    FIELD(folder_source, pattern, .optional = true, .least = 1, .most = 200,
          .aka = "regex regexp class_pattern label_pattern",
          .sample = "'([a-z]+)_[0-9]+'",
          .doc = "The class is what the first group of this extended regular "
                 "expression (POSIX) finds in the path below the folder; it "
                 "must match every path, ^ and $ bind it to the ends."),
    {0},
};

/* The file at hand: where its class stands in its path. */
struct label_place {
    const char *at;
    size_t length;
};

struct folder {
    struct walk files;
    struct label_place *labels; /* [files.count]; NULL: classes are not read */
    struct pictures pictures;
    int64_t passes;    /* so often the path is handed on */
    struct text cells; /* of the record at hand */
    int64_t next;
};

/* Repetitions, {3,5}, are copies in memory, and those of repetitions multiply.
 */
static bool repeats_too_much(const char *pattern)
{
    enum { MOST = 20000 };
    int64_t product = 1;

    for (const char *p = pattern; (p = strchr(p, '{')) && product <= MOST;) {
        char *end;
        const long long least = strtoll(p + 1, &end, 10);
        const long long most = *end == ',' ? strtoll(end + 1, &end, 10) : 0;
        const int64_t times = num_max(num_max(least, most), 1);
        product *= num_min(times, MOST + 1);
        p = end;
    }
    return product > MOST;
}

/* Compiles the pattern; false: `why` says why not. */
static bool compile(const char *pattern, regex_t *out, struct text *why)
{
    char reason[100];
    int fault;

    if (repeats_too_much(pattern)) {
        text_puts(why, "repeats parts of it too often");
        return false;
    }
    fault = regcomp(out, pattern, REG_EXTENDED);
    if (fault != 0) {
        regerror(fault, out, reason, sizeof reason);
        text_printf(why, "no extended regular expression: %s", reason);
        return false;
    }
    if (out->re_nsub > 0)
        return true;
    regfree(out);
    text_puts(why, "has no group in brackets that says which part of a path is "
                   "the class, as in '([a-z]+)_[0-9]+'");
    return false;
}

static const char *folder_fault(const void *config, struct text *why)
{
    const struct folder_source *c = config;
    const size_t before = why->length;
    regex_t regex;

    if (!c->pattern)
        return NULL;
    if (compile(c->pattern, &regex, why))
        regfree(&regex);
    return why->length > before ? "pattern" : NULL;
}

/* Files below may be links to others elsewhere. */
static bool folder_holds(const void *config, const char *path)
{
    const struct folder_source *c = config;
    struct err *ignored = mem_take(1, sizeof *ignored);
    struct walk files = {0};
    bool found = false;

    if (ignored && walk_folder(&files, c->folder.at, ignored) != ERR_MEMORY)
        for (int64_t i = 0; i < files.count && !found; i++)
            found = file_same(files.paths[i], path);
    walk_free(&files);
    mem_free(ignored);
    return found;
}

/* By the pattern. */
static enum status match(const regex_t *regex, const char *path,
                         const char *below, struct label_place *out,
                         struct err *e)
{
    regmatch_t at[2];
    const int result = regexec(regex, below, ARRAY_LEN(at), at, 0);

    if (result == REG_ESPACE)
        return err_memory(e, "matching a path");
    if (result != 0)
        return err_add(e, ERR_DATA, path, "does not match the pattern");
    if (at[1].rm_so < 0 || at[1].rm_so == at[1].rm_eo)
        return err_add(e, ERR_DATA, path,
                       "the group of the pattern finds no class in it");
    *out = (struct label_place){below + at[1].rm_so,
                                (size_t)(at[1].rm_eo - at[1].rm_so)};
    return OK;
}

static enum status find_class(const regex_t *regex, const char *path,
                              const char *below, struct label_place *out,
                              struct err *e)
{
    const char *slash = strchr(below, '/');
    enum status s = OK;

    if (regex)
        s = match(regex, path, below, out, e);
    else if (slash)
        *out = (struct label_place){below, (size_t)(slash - below)};
    else
        s = err_add(e, ERR_DATA, path,
                    "stands in no folder that says its class; pattern takes "
                    "the class from names");
    if (s == OK && !csv_cell_is_text((struct csv_cell){out->at, out->length}))
        s = err_add(e, ERR_DATA, path, "the name of its class is no UTF-8");
    return s;
}

/* The class of every file.  All faults are recorded, unless memory is short. */
static enum status find_classes(struct folder *f, const struct folder_source *c,
                                struct err *e)
{
    struct text why = {0};
    regex_t regex;
    enum status s = OK;

    f->labels = mem_take((size_t)f->files.count, sizeof *f->labels);
    if (!f->labels)
        return err_memory(e, "reading a folder");
    /* What the document's reader found sound. */
    if (c->pattern && !compile(c->pattern, &regex, &why))
        s = err_add(e, ERR_CONFIG, c->folder.at, "pattern: %s",
                    text_string(&why));
    const bool compiled = c->pattern && s == OK;
    for (int64_t i = 0; i < f->files.count && (s == OK || s == ERR_DATA); i++) {
        const char *path = f->files.paths[i];
        const enum status one =
            find_class(compiled ? &regex : NULL, path, path + f->files.below,
                       &f->labels[i], e);
        s = s == OK || one == ERR_MEMORY ? one : s;
    }
    if (compiled)
        regfree(&regex);
    text_free(&why);
    return s;
}

/* Leaves the first files of every class, as many as there are turns until
 * `limit` have been taken: whose turn is first is not known here. */
static enum status leave_turns(struct folder *f, const struct dataset *d,
                               int64_t limit, struct err *e)
{
    int64_t *ids = mem_take((size_t)limit, sizeof *ids);
    int64_t *met = mem_take((size_t)d->target.width, sizeof *met);
    enum status s = ids && met ? part_in_turn(d, limit, ids, e)
                               : err_memory(e, "reading a folder");
    int64_t turns = 0, kept = 0;

    for (int64_t i = 0; s == OK && i < limit; i++)
        turns = num_max(turns, ++met[d->labels[ids[i]]]);
    for (int64_t k = 0; s == OK && k < d->target.width; k++)
        met[k] = 0;
    for (int64_t i = 0; s == OK && i < d->count; i++) {
        if (met[d->labels[i]]++ >= turns)
            continue;
        f->files.paths[kept] = f->files.paths[i];
        f->labels[kept++] = f->labels[i];
    }
    if (s == OK)
        f->files.count = kept;
    mem_free(ids);
    mem_free(met);
    return s;
}

/* Of a large set only what may be used is kept, if that has all classes. */
static enum status keep_limit(struct folder *f, int64_t limit, struct err *e)
{
    struct dataset d = {.count = f->files.count};
    struct labels labels = {0};
    enum status s = OK;

    for (int64_t i = 0; s == OK && i < d.count; i++)
        s = labels_add(&labels, f->labels[i].at, f->labels[i].length, e);
    if (s == OK)
        s = labels_finish(&labels, &d, e);
    if (s == OK && limit >= d.target.width)
        s = leave_turns(f, &d, limit, e);
    labels_free(&labels);
    dataset_free(&d);
    return s;
}

static bool is_large(const struct folder *f)
{
    int64_t bytes;

    return !num_mul(f->files.count, shape_count(f->pictures.shape), &bytes) ||
           bytes > SOURCE_LARGE;
}

/* What is called like an image is taken for one until it is read. */
static enum status check_files(const struct folder *f, struct err *e)
{
    enum status s = OK;

    for (int64_t i = 0; i < f->files.count && s != ERR_MEMORY; i++) {
        const char *path = f->files.paths[i];
        const enum status one =
            picture_named(path) ? OK : picture_check(path, e);
        s = s == OK || one == ERR_MEMORY ? one : s;
    }
    return s;
}

/* The only column that can be handed on is the path: to whom --pass names it,
 * and to the split. */
static enum status find_passed(struct folder *f, const struct source_request *q,
                               struct source_reader *r, struct err *e)
{
    static const char *const names[] = {"path", "path"};
    const struct text_list *asked = q->passed;

    const int64_t count = asked ? asked->count : 0;
    const int64_t own = count - (q->split_key != NULL);

    for (int64_t i = 0; i < count; i++) {
        const char *key = i < own ? "--pass" : q->split_key;
        if (strcmp(asked->at[i], "path") != 0 && strcmp(asked->at[i], "0") != 0)
            return err_add(e, ERR_CONFIG, r->name,
                           "%s: '%s' is none of its columns; a folder has "
                           "one, path",
                           key, asked->at[i]);
        if (i > 0 && i < own)
            return err_add(e, ERR_CONFIG, r->name, "%s names path twice", key);
    }
    f->passes = count;
    r->columns.passed = asked ? names : NULL;
    return OK;
}

static const char *note_links(const struct walk *w, struct arena *arena)
{
    if (w->links == 0)
        return NULL;
    return arena_printf(arena, "%s is a link to a folder%s, not followed",
                        w->link, w->links > 1 ? " and not the only one" : "");
}

static void folder_close(struct source_reader *r)
{
    struct folder *f = r->state;

    walk_free(&f->files);
    text_free(&f->cells);
    mem_free(f->labels);
    mem_free(f);
}

static enum status folder_open(const void *config,
                               const struct source_request *q,
                               struct source_reader *r, struct err *e)
{
    const struct folder_source *c = config;
    struct folder *f = mem_take(1, sizeof *f);

    if (!f)
        return err_memory(e, "reading a folder");
    r->state = f;
    r->name = c->folder.at;
    enum status s = walk_folder(&f->files, c->folder.at, e);
    if (s == OK)
        r->note = note_links(&f->files, q->arena);
    if (s == OK && f->files.count == 0)
        s = err_add(e, ERR_DATA, r->name, "holds no images%s%s",
                    r->note ? "; " : "", r->note ? r->note : "");
    if (s == OK)
        s = check_files(f, e);
    if (s == OK && q->answers == ANSWERS_READ)
        s = find_classes(f, c, e);
    if (s == OK)
        s = find_passed(f, q, r, e);
    if (s == OK)
        s = pictures_open(&f->pictures, q, f->files.paths[0], e);
    r->shape = f->pictures.shape;
    if (s == OK && f->labels && q->limit > 0 && q->limit < f->files.count &&
        is_large(f))
        s = keep_limit(f, q->limit, e);
    return s;
}

static enum status folder_fetch(const struct source_reader *r, int64_t index,
                                void *pixels, struct err *e)
{
    const struct folder *f = r->state;

    return pictures_read(&f->pictures, f->files.paths[index], pixels, e);
}

/* A cell for each that asks. */
static enum status hand_on(struct folder *f, const char *cell,
                           struct record *out, struct err *e)
{
    f->cells.length = 0;
    for (int64_t i = 0; i < f->passes; i++)
        text_add(&f->cells, cell, strlen(cell) + 1);
    if (f->cells.failed)
        return err_memory(e, "reading a folder");
    out->passed = f->cells.at;
    out->passed_length = f->cells.length;
    return OK;
}

static enum status folder_next(struct source_reader *r, struct record *out,
                               bool *more, struct err *e)
{
    struct folder *f = r->state;
    const int64_t at = f->next;

    *more = at < f->files.count;
    if (!*more)
        return OK;
    f->next++;
    if (f->labels) {
        out->label = f->labels[at].at;
        out->label_length = f->labels[at].length;
    }
    return hand_on(f, f->files.paths[at] + f->files.below, out, e);
}

const struct source_ops folder_source_ops = {
    .kind = {.name = "folder",
             .doc = "A folder of images, sorted into folders by class.",
             .aka = "directory dir root path image_folder data_dir img_dir "
                    "imagefolder ImageFolder image_dataset_from_directory "
                    "flow_from_directory",
             .fields = folder_fields,
             .config_size = sizeof(struct folder_source)},
    .pictures = true,
    .by_class = true,
    .passes = true,
    .fault = folder_fault,
    .holds = folder_holds,
    .open = folder_open,
    .next = folder_next,
    .fetch = folder_fetch,
    .close = folder_close,
};
