/*
 * output.c - nothing that a command reads may be written over by it.
 *
 * An output replaces what stands under its name, so a slip such as
 * `--predictions mnist.yaml` would cost the file.
 */
#include "cli/output.h"

#include <string.h>
#include <sys/stat.h>

#include "cli/say.h"

/* The path that an option of the command was given; NULL: none. */
static const char *path_of(const struct call *call, const struct option *o)
{
    const char *const *member =
        (const void *)((const char *)call->options + o->offset);

    return o->type == OPT_WORD && !o->choices ? *member : NULL;
}

bool is_one_file(const char *a, const char *b)
{
    struct stat one, other;

    if (stat(a, &one) != 0 || stat(b, &other) != 0)
        return strcmp(a, b) == 0;
    return S_ISREG(one.st_mode) && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

static enum status check_operands(const struct call *call,
                                  const struct option *o, const char *path,
                                  struct err *e)
{
    for (int64_t i = 0; i < call->word_count; i++)
        if (is_one_file(call->words[i], path))
            return usage_error(e, call, "--%s: %s is read by the command",
                               o->name, path);
    return OK;
}

static enum status check_options(const struct call *call,
                                 const struct option *o, const char *path,
                                 struct err *e)
{
    for (const struct option *p = call->command->options; p->name; p++) {
        const char *other = p == o ? NULL : path_of(call, p);
        if (other && is_one_file(other, path))
            return usage_error(e, call, "--%s: %s is also given as --%s",
                               o->name, path, p->name);
    }
    return OK;
}

static enum status check_output(const struct call *call, const struct option *o,
                                const char *path, struct err *e)
{
    struct stat info;

    if (strcmp(path, "-") == 0)
        return o->writes == WRITES_FILE
                   ? usage_error(e, call,
                                 "--%s: expected a file, not standard output",
                                 o->name)
                   : OK;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return err_add(e, ERR_CANTCREATE, path, "cannot create: is a folder");
    const enum status s = check_operands(call, o, path, e);
    return s == OK ? check_options(call, o, path, e) : s;
}

enum status outputs_check(const struct call *call, struct err *e)
{
    const struct option *o = call->command->options;

    for (; o && o->name; o++) {
        const char *path = o->writes ? path_of(call, o) : NULL;
        const enum status s = path ? check_output(call, o, path, e) : OK;
        if (s != OK)
            return s;
    }
    return OK;
}
