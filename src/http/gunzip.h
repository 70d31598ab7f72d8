/*-------------------------------------------------------------------------
 *
 * gunzip.h
 *	  Decompressing the bodies of requests that come with Content-Encoding:
 *	  gzip.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_GUNZIP_H
#define DYN_HTTP_GUNZIP_H

#include "http/head.h"

/*
 * Decompress a gzip file (one or more members, nothing after them) that is at
 * most "limit" bytes when it is decompressed.  Returns DONE, BAD_REQUEST, or
 * CONTENT_TOO_LARGE as soon as it has become too large: a bomb costs no more
 * than the limit.  *content is good until the next call; an empty body is no
 * gzip file.
 *
 * The process has one decompressor, which is kept, and so is memory of a
 * moderate size; what a large body took is freed by dyn_gunzip_release.
 */
extern DynHttpResult dyn_gunzip(DynSlice compressed, size_t limit, DynSlice *content);
extern void dyn_gunzip_release(void);

#endif							/* DYN_HTTP_GUNZIP_H */
