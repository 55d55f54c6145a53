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

    return s == OK ? interrupt_unwritten(e) : s;
}

/* Shows of a compiler that refuses the file whose fault that is. */
static const char probe[] = "#include <math.h>\n"
                            "#include <stdint.h>\n"
                            "#include <stdio.h>\n"
                            "int main(void) { return (int)floor(0.5); }\n";

/* One of the folder's files. */
static const char *path_of(struct place *p, const char *name)
{
    return arena_printf(&p->arena, "%s/c/%s", p->folder.temporary, name);
}

static enum status compile(struct place *p, const char *compiler,
                           const char *prefix, const char *name,
                           struct child *c, struct err *e)
{
    const char *define = arena_printf(&p->arena, "-D%s_TEST", prefix);
    const char *source = path_of(p, name), *program = path_of(p, "test");
    const char *const words[] = {compiler, "-std=c99", "-O1", define, "-o",
                                 program,  source,     "-lm", NULL};
    const enum status s = arena_check(&p->arena, e, "checking a C file");

    *c = (struct child){0};
    return s == OK ? run(words, c, e) : s;
}

/* The file is at fault if something that is plainly right is compiled. */
static enum status blame(struct place *p, const char *compiler,
                         const char *prefix, const struct child *failed,
                         struct err *e)
{
    struct child c;
    enum status s = compile(p, compiler, prefix, "probe.c", &c, e);

    if (s == OK && c.why == 0 && c.code == 0)
        s = err_add(e, ERR_INTERNAL, compiler,
                    "could not compile the C file (status %d): %s",
                    failed->code, first_line(&p->arena, &failed->said));
    child_free(&c);
    return s;
}

/* With the first compiler that there is and that works. */
static enum status build(struct place *p, const char *prefix,
                         const char **compiler, struct err *e)
{
    enum status s = OK;

    *compiler = NULL;
    for (size_t i = 0; s == OK && !*compiler && i < ARRAY_LEN(compilers); i++) {
        struct child c;
        s = compile(p, compilers[i], prefix, "model.c", &c, e);
        if (s == OK && c.why == 0 && c.code == 0)
            *compiler = compilers[i];
        else if (s == OK && c.why == 0)
            s = blame(p, compilers[i], prefix, &c, e);
        child_free(&c);
    }
    return s;
}

static enum status test(struct place *p, struct err *e)
{
    const char *program = path_of(p, "test");
    const char *const words[] = {program, NULL};
    struct child c = {0};
    enum status s = arena_check(&p->arena, e, "checking a C file");

    if (s == OK)
        s = run(words, &c, e);
    if (s == OK && c.why != 0)
        s = err_add(e, ERR_IO, program,
                    "cannot run what was compiled: %s; TMPDIR names the folder "
                    "in which that is done",
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
    if (s == OK)
        s = folder_add(&p->folder, "c", "probe.c", probe, sizeof probe - 1, e);
    if (s == OK)
        s = build(p, prefix, compiler, e);
    return s == OK && *compiler ? test(p, e) : s;
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
