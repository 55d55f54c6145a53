/*
 * output.c - nothing that a command reads may be written over by it, and
 * nothing that exists without --force.
 *
 * An output replaces what stands under its name, so a slip such as
 * `--predictions mnist.yaml` would cost the file.
 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/folder.h"
#include "cli/say.h"

static const void *member_of(const struct call *call, const struct option *o)
{
    return (const char *)call->options + o->offset;
}

/* The path that an option of the command was given; NULL: none. */
static const char *path_of(const struct call *call, const struct option *o)
{
    return o->type == OPT_WORD && !o->choices
               ? *(const char *const *)member_of(call, o)
               : NULL;
}

/* Was the option of that name given? */
static bool is_given(const struct call *call, const char *name)
{
    const struct option *o = call->command->options;

    while (o->name && strcmp(o->name, name) != 0)
        o++;
    if (o->type == OPT_FLAG)
        return o->name && *(const bool *)member_of(call, o);
    return o->name && path_of(call, o);
}

/* Is one of the options given, or an operand for the word CONFIG? */
static bool is_any_given(const struct call *call, const char *names)
{
    char name[AKA_BYTES];

    while (field_next_aka(&names, name))
        if (strcmp(name, "CONFIG") == 0 ? call->word_count > 0
                                        : is_given(call, name))
            return true;
    return false;
}

/* The path that the option names to be written; NULL: none. */
static const char *output_of(const struct call *call, const struct option *o)
{
    const bool writes =
        o->writes && (!o->writes_with || is_any_given(call, o->writes_with));

    return writes ? path_of(call, o) : NULL;
}

static enum status check_others(const struct call *call, const struct option *o,
                                const char *path, struct err *e)
{
    for (int64_t i = 0; i < call->word_count; i++)
        if (file_same(call->words[i], path))
            return usage_error(e, call, "--%s: %s is read by the command",
                               o->name, path);
    for (const struct option *p = call->command->options; p->name; p++) {
        const char *other = p == o ? NULL : path_of(call, p);
        if (other && (file_same(other, path) || file_within(other, path)))
            return usage_error(e, call, "--%s: %s is also given as --%s",
                               o->name, path, p->name);
    }
    return OK;
}

/* Can the file be made or replaced?  In a sticky folder another's file cannot.
 * 0, or why not. */
static int fault_of_folder(const char *path)
{
    const int length = (int)(file_base(path) - path);
    struct stat folder, file;
    char name[PATH_MAX];

    snprintf(name, sizeof name, "%.*s.", length, path);
    if (faccessat(AT_FDCWD, name, W_OK | X_OK, AT_EACCESS) != 0)
        return errno;
    if (stat(name, &folder) != 0 || lstat(path, &file) != 0)
        return 0;
    const uid_t me = geteuid();
    const bool kept = (folder.st_mode & S_ISVTX) && me != 0 &&
                      me != folder.st_uid && me != file.st_uid;
    return kept ? EPERM : 0;
}

/* ERR_USAGE when a CONFIG of the command line reads the output: that is worse
 * than that it exists.  What is wrong with other files is for later. */
static enum status check_config(const struct call *call, const char *config,
                                const char *path, struct err *e)
{
    const char *const outputs[] = {path, NULL};
    struct settings set = call->global.set;
    struct err *own = arena_take(call->arena, 1, sizeof *own);
    struct experiment x = {0};

    if (!own || !call->command->takes_set || strcmp(config, "-") == 0)
        return arena_check(call->arena, e, "reading the command line");
    set.outputs = outputs;
    const enum status s = experiment_read(&x, config, &set, 0, NULL, own);
    experiment_free(&x);
    if (s == ERR_USAGE)
        *e = *own;
    return s == ERR_USAGE ? s : OK;
}

static enum status check_exists(const struct call *call, const char *path,
                                struct err *e)
{
    enum status s = OK;

    for (int64_t i = 0; s == OK && i < call->word_count; i++)
        s = check_config(call, call->words[i], path, e);
    for (const struct option *o = call->command->options; s == OK && o->name;
         o++)
        if (!o->writes && path_of(call, o))
            s = check_config(call, path_of(call, o), path, e);
    return s != OK ? s
                   : err_add(e, ERR_CANTCREATE, path,
                             "exists; --force replaces it");
}

/* Is it "DIR/.NAME.lock", which runs that write NAME lock and remove? */
static bool is_lock(const char *path)
{
    const char *name = file_base(path), *dot = strrchr(name, '.');

    return name[0] == '.' && dot > name + 1 && strcmp(dot, ".lock") == 0;
}

/* `target`: where the output comes to stand, links followed. */
static enum status check_place(const struct call *call, const struct option *o,
                               const char *path, const char *target,
                               struct err *e)
{
    struct stat info;
    const int why = fault_of_folder(target);

    if (is_lock(target))
        return usage_error(e, call, "--%s: %s has the name of an output's lock",
                           o->name, path);
    if (why != 0)
        return err_add(e, ERR_CANTCREATE, path, "cannot create: %s",
                       strerror(why));
    return lstat(target, &info) == 0 && o->writes != WRITES_RUN &&
                   !is_given(call, "force")
               ? check_exists(call, path, e)
               : OK;
}

enum status output_check(const struct call *call, const struct option *o,
                         const char *path, struct err *e)
{
    char *target = NULL;
    bool special; /* a device or a pipe is written to */
    struct stat info;

    if (!exchange_leads(call->exchange))
        return OK;
    if (strcmp(path, "-") == 0)
        return o->writes != WRITES_STREAM
                   ? usage_error(e, call,
                                 "--%s: expected a file, not standard output",
                                 o->name)
                   : OK;
    enum status s = check_others(call, o, path, e);
    if (s == OK && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        s = err_add(e, ERR_CANTCREATE, path, "cannot create: is a folder");
    if (s == OK && o->folders && folder_named(path))
        return folder_check(path, e);
    if (s == OK)
        s = file_output_resolve(path, &target, &special, e);
    if (s == OK && !special)
        s = check_place(call, o, path, target, e);
    mem_free(target);
    return s;
}

enum status outputs_check(const struct call *call, struct err *e)
{
    const struct option *o = call->command->options;

    for (; o && o->name; o++) {
        const char *path = o->writes == WRITES_RUN ? NULL : output_of(call, o);
        const enum status s = path ? output_check(call, o, path, e) : OK;
        if (s != OK)
            return s;
    }
    return OK;
}

enum status output_lock(const struct call *call, const char *path,
                        struct file_lock *lock, struct err *e)
{
    const enum status s = file_lock_take(lock, path, e);

    /* A device is not locked, and is there. */
    return s == OK && lock->path && !is_given(call, "force") &&
                   file_exists(path)
               ? err_add(e, ERR_CANTCREATE, path, "exists; --force replaces it")
               : s;
}

enum status output_begin(const struct call *call, const char *path,
                         struct output_file *out, struct err *e)
{
    enum status s = output_lock(call, path, &out->lock, e);

    if (s == OK)
        s = file_replace_begin(&out->file, path, e);
    out->file.fresh = !is_given(call, "force");
    return s;
}

void output_end(struct output_file *out)
{
    file_replace_abort(&out->file);
    file_lock_drop(&out->lock);
}

const char *const *outputs_of(const struct call *call, const char *more)
{
    const struct option *o = call->command->options;
    size_t count = 2;

    for (; o && o->name; o++)
        count += output_of(call, o) != NULL;
    const char **list = arena_take(call->arena, count, sizeof *list);
    if (!list)
        return NULL;
    count = 0;
    if (more)
        list[count++] = more;
    for (o = call->command->options; o && o->name; o++)
        if (output_of(call, o) && strcmp(output_of(call, o), "-") != 0)
            list[count++] = output_of(call, o);
    return list;
}
