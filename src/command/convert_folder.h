/*
 * convert_folder.h - samples as a folder of images, CLASS/000001.png.
 */
#pragma once

#include "base/folder.h"
#include "data/dataset.h"

/*
 * convert_folder - add a file for each sample, numbered from 1 within its
 * class, in their order.  `name` is what messages call the samples.
 *
 * ERR_CONFIG: they have no classes, or no extents of an image; ERR_DATA: the
 * name of a class cannot be that of a folder that is read again, a number is no
 * integer 0..255.  ERR_CANTCREATE, ERR_IO, ERR_MEMORY.  Once a signal that is
 * watched has come: what interrupt_pending says.
 */
MUST_USE enum status convert_folder(struct folder_new *to,
                                    const struct subset *from, const char *name,
                                    struct err *e);
