/*
 * c_check.c - a C file compiled and run.
 */
#include "export/c_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "base/folder.h"
#include "base/interrupt.h"

static const char *const compilers[] = {"cc", "gcc", "clang"};

/* Where it is done. */
struct place {
    struct folder_new folder;
    struct arena arena; /* of paths */
};

static enum status open_place(struct place *p, struct err *e)
{
    const char *above = getenv("TMPDIR");
    const char *path = arena_printf(&p->arena, "%s/cnnctl.export",
                                    above && *above ? above : "/tmp");
    const enum status s = arena_check(&p->arena, e, "checking a C file");

    return s == OK ? folder_begin_private(&p->folder, path, e) : s;
}

/* The first line of what a program said. */
static const char *first_line(struct arena *arena, const struct text *text)
{
    const char *said = text_string(text);

    return arena_strndup(arena, said, strcspn(said, "\n"));
}

static enum status run(const char *const *words, struct child *c, struct err *e)
{
    const enum status s = child_run(words, "", 0, c, e);
    const enum status signalled = interrupt_pending();

    if (s == OK && signalled != OK)
        return err_add(e, signalled, NULL, "%s, nothing was written",
                       status_text(signalled));
    return s;
}

/* With the first compiler that there is. */
static enum status compile(struct place *p, const char *prefix,
                           const char *source, const char *program,
                           const char **compiler, struct err *e)
{
    const char *define = arena_printf(&p->arena, "-D%s_TEST", prefix);
    enum status s = arena_check(&p->arena, e, "checking a C file");

    *compiler = NULL;
    for (size_t i = 0; s == OK && !*compiler && i < ARRAY_LEN(compilers); i++) {
        const char *const words[] = {compilers[i], "-std=c99", "-O1",
                                     define,       "-o",       program,
                                     source,       "-lm",      NULL};
        struct child c;
        s = run(words, &c, e);
        if (s == OK && c.why == 0) {
            *compiler = compilers[i];
            if (c.code != 0)
                s = err_add(e, ERR_INTERNAL, *compiler,
                            "could not compile the C file (status %d): %s",
                            c.code, first_line(&p->arena, &c.said));
        }
        child_free(&c);
    }
    return s;
}

static enum status test(struct place *p, const char *program, struct err *e)
{
    const char *const words[] = {program, NULL};
    struct child c;
    enum status s = run(words, &c, e);

    if (s == OK && c.why != 0)
        s = err_add(e, ERR_IO, program, "cannot run what was compiled: %s",
                    strerror(c.why));
    else if (s == OK && c.code > 1)
        s = err_add(e, ERR_DATA, NULL, "the C file's test ended with status %d",
                    c.code);
    else if (s == OK && c.code != 0)
        s = err_add(e, ERR_DATA, NULL,
                    "the C file does not compute what the model does: %s",
                    first_line(&p->arena, &c.out));
    child_free(&c);
    return s;
}

static enum status check(struct place *p, const struct text *file,
                         const char *prefix, const char **compiler,
                         struct err *e)
{
    enum status s = open_place(p, e);

    if (s == OK)
        s = folder_add(&p->folder, "c", "model.c", file->at, file->length, e);
    if (s != OK)
        return s;
    const char *at = p->folder.temporary;
    const char *source = arena_printf(&p->arena, "%s/c/model.c", at);
    const char *program = arena_printf(&p->arena, "%s/c/test", at);
    s = compile(p, prefix, source, program, compiler, e);
    return s == OK && *compiler ? test(p, program, e) : s;
}

enum status c_check(const struct text *file, const char *prefix,
                    const char **compiler, struct err *e)
{
    struct place p = {0};
    const enum status s = check(&p, file, prefix, compiler, e);

    folder_abort(&p.folder);
    arena_free(&p.arena);
    return s;
}
