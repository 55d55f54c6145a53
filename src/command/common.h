/*
 * common.h - what several commands do alike.
 */
#ifndef COMMAND_COMMON_H
#define COMMAND_COMMON_H

#include <stdbool.h>

#include "app/model.h"
#include "base/pool.h"
#include "cli/cmd.h"
#include "codec/json.h"
#include "graph/audit.h"

/* print_json - finish the document and print it for people and programs. */
MUST_USE enum status print_json(const struct call *call, struct json_writer *w,
                                struct err *e);

/* json_put_shape - the extents as a list. */
void json_put_shape(struct json_writer *w, const char *key, struct shape s);

/* A CONFIG or a MODEL, told apart by content. */
struct subject {
    bool is_model;
    struct experiment own;         /* of a CONFIG */
    struct model model;            /* of a MODEL */
    struct experiment *experiment; /* the one or the other */
};

/* subject_read - read `path`; --set belongs to a CONFIG alone.  `needs` as
 * experiment_read has it.  Always to be given back with subject_free, even
 * after a failure: a graph down to the last good layer may be there. */
MUST_USE enum status subject_read(struct subject *s, const struct call *call,
                                  const char *path, unsigned needs,
                                  struct err *e);
void subject_free(struct subject *s);

/* pool_open - the command's threads; the BLAS is set up first. */
MUST_USE enum status pool_open(const struct call *call, struct pool **pool,
                               struct err *e);

/* audit_mode_of - the rules that the document asks for. */
enum audit_mode audit_mode_of(const struct experiment *x);

/* print_layers - the table at the level that -v asks for. */
MUST_USE enum status print_layers(const struct call *call,
                                  const struct experiment *x,
                                  enum audit_mode mode, struct err *e);

#endif
