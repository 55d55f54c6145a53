/*
 * model_format.h - what reader and writer of model files agree on.
 */
#ifndef APP_MODEL_FORMAT_H
#define APP_MODEL_FORMAT_H

enum { MODEL_FORMAT_VERSION = 2 };

#endif
