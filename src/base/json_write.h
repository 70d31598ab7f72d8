/*-------------------------------------------------------------------------
 *
 * json_write.h
 *	  Writing JSON into a StringInfo.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_BASE_JSON_WRITE_H
#define DYN_BASE_JSON_WRITE_H

#include "lib/stringinfo.h"

/* Append a quoted, escaped string; bytes are UTF-8 and may include NUL. */
extern void dyn_json_write_string(StringInfo out, const char *string, size_t length);

/* Append bytes as a quoted base64 string. */
extern void dyn_json_write_base64(StringInfo out, const uint8 *bytes, size_t length);

/*
 * A writer that puts the commas: write a name before every member of an
 * object.  Zero-initialise, then set out.
 */
typedef struct DynJsonWriter
{
	StringInfo	out;
	bool		comma;			/* does the next element need one before it? */
} DynJsonWriter;

extern void dyn_json_object_begin(DynJsonWriter *writer);
extern void dyn_json_object_end(DynJsonWriter *writer);
extern void dyn_json_array_begin(DynJsonWriter *writer);
extern void dyn_json_array_end(DynJsonWriter *writer);
extern void dyn_json_name(DynJsonWriter *writer, const char *name);	/* NUL-terminated */
extern void dyn_json_name_bytes(DynJsonWriter *writer, const char *name, size_t length);
extern void dyn_json_put_string(DynJsonWriter *writer, const char *string);
extern void dyn_json_put_integer(DynJsonWriter *writer, int64 value);
extern void dyn_json_put_boolean(DynJsonWriter *writer, bool value);
/* Shortest form of a number such as 0.5 or 1728000000.123. */
extern void dyn_json_put_real(DynJsonWriter *writer, double value);
/* Say that the caller appends one element to writer->out itself. */
extern void dyn_json_put_raw(DynJsonWriter *writer);

#endif							/* DYN_BASE_JSON_WRITE_H */
