/*
 * Reads the requests of requests.txt, each whole, byte by byte and cut in two
 * at every place, and compares; then gzip files.  Prints TAP.
 *
 *		readers_test requests.txt
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "cases.h"
#include "http/gunzip.h"
#include "reading.h"

/* ---- requests ---- */

static size_t
all(size_t left, void *state)
{
	(void) state;
	return left;
}

static size_t
one(size_t left, void *state)
{
	(void) left;
	(void) state;
	return 1;
}

/* The first n bytes, then the rest. */
static size_t
first(size_t left, void *state)
{
	size_t		n = *(size_t *) state;

	*(size_t *) state = 0;
	return n > 0 && n < left ? n : left;
}

static void
test_request(const char *name, const char *what, const char *bytes, size_t length)
{
	const char *found = reading(bytes, length, all, NULL);

	if (strcmp(found, what) == 0)
		found = reading(bytes, length, one, NULL);
	for (size_t n = 1; n < length && length < 1000 && strcmp(found, what) == 0; n++)
	{
		size_t		cut = n;

		found = reading(bytes, length, first, &cut);
	}
	report(strcmp(found, what) == 0, name, found, what);
}

/* ---- gzip ---- */

/* Compress n times a byte into one member. */
static size_t
compress_bytes(char byte, size_t n, char *to, size_t room)
{
	static char block[65536];
	z_stream	stream;

	memset(&stream, 0, sizeof(stream));
	memset(block, byte, sizeof(block));
	if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		exit(2);
	stream.next_out = (Bytef *) to;
	stream.avail_out = room;
	do
	{
		stream.next_in = (Bytef *) block;
		stream.avail_in = n < sizeof(block) ? n : sizeof(block);
		n -= stream.avail_in;
		deflate(&stream, n == 0 ? Z_FINISH : Z_NO_FLUSH);
	} while (n > 0);
	deflateEnd(&stream);
	return stream.total_out;
}

static int
only_a(DynSlice content, size_t length)
{
	for (size_t i = 0; i < content.length; i++)
		if (content.at[i] != 'a')
			return 0;
	return content.length == length;
}

static void
test_gunzip(const char *name, const char *bytes, size_t length, size_t limit, DynHttpResult expected, size_t expected_length)
{
	char		found[64];
	char		wanted[64];
	DynSlice	content = {NULL, 0};
	DynHttpResult result;
	char	   *exact = malloc(length > 0 ? length : 1);

	memcpy(exact, bytes, length);
	result = dyn_gunzip((DynSlice) {exact, length}, limit, &content);
	if (result == DYN_HTTP_DONE && !only_a(content, content.length))
		result = DYN_HTTP_NOT_IMPLEMENTED;
	snprintf(found, sizeof(found), "%d %zu", result, content.length);
	snprintf(wanted, sizeof(wanted), "%d %zu", expected, expected_length);
	report(strcmp(found, wanted) == 0, name, found, wanted);
	free(exact);
}

static void
test_gzip(void)
{
	static char file[ROOM];
	size_t		length = compress_bytes('a', 1000, file, ROOM);
	size_t		small = length;

	test_gunzip("gzip", file, length, 1000, DYN_HTTP_DONE, 1000);
	test_gunzip("gzip, one byte over the limit", file, length, 999, DYN_HTTP_CONTENT_TOO_LARGE, 0);
	test_gunzip("gzip after one that was too large", file, length, 1000, DYN_HTTP_DONE, 1000);
	test_gunzip("gzip of nothing at all", file, 0, 1000, DYN_HTTP_BAD_REQUEST, 0);
	for (size_t n = 1; n < length; n++)
	{
		DynSlice	content;

		if (dyn_gunzip((DynSlice) {file, n}, 1000, &content) != DYN_HTTP_BAD_REQUEST)
			report(0, "gzip, cut", "not refused", "refused");
	}
	report(1, "gzip, cut at every place", "", "");
	for (size_t i = 0; i < 8 * length; i++)
	{
		DynSlice	content;
		char		damaged[100];

		memcpy(damaged, file, length);
		damaged[i / 8] ^= 1 << i % 8;
		/* Some bits mean nothing: the time in the head, what fills the last byte of the data. */
		if (dyn_gunzip((DynSlice) {damaged, length}, 1000, &content) == DYN_HTTP_DONE &&
			!only_a(content, 1000))
			report(0, "gzip, damaged", "other bytes", "refused, or the same bytes");
	}
	report(1, "gzip, each bit flipped", "", "");

	memcpy(file + length, file, length);
	test_gunzip("gzip of two members", file, 2 * length, 2000, DYN_HTTP_DONE, 2000);
	test_gunzip("gzip of two members, over the limit", file, 2 * length, 1999, DYN_HTTP_CONTENT_TOO_LARGE, 0);
	file[2 * small] = 'x';
	test_gunzip("gzip with a byte behind it", file, 2 * small + 1, 2000, DYN_HTTP_BAD_REQUEST, 0);

	length = compress_bytes('a', 0, file, ROOM);
	test_gunzip("gzip of an empty file", file, length, 1000, DYN_HTTP_DONE, 0);
	for (size_t n = 1; n < 50000; n++)
		memcpy(file + n * length, file, length);
	test_gunzip("gzip of 50,000 empty members", file, 50000 * length, 1000, DYN_HTTP_DONE, 0);

	length = compress_bytes('a', BODY_LIMIT, file, ROOM);
	test_gunzip("gzip at the limit", file, length, BODY_LIMIT, DYN_HTTP_DONE, BODY_LIMIT);
	length = compress_bytes('a', 1000000000, file, ROOM);
	test_gunzip("a bomb of 1 GB", file, length, BODY_LIMIT, DYN_HTTP_CONTENT_TOO_LARGE, 0);
	dyn_gunzip_release();
	test_gunzip("zlib's own format", "\x78\x9c\x4b\x04\x00\x00\x62\x00\x62", 9, 1000, DYN_HTTP_BAD_REQUEST, 0);
	test_gunzip("no compression", "{\"TableName\": \"t\"}", 18, 1000, DYN_HTTP_BAD_REQUEST, 0);
}

int
main(int argc, char **argv)
{
	if (argc != 2 || !for_each_case(argv[1], test_request))
	{
		fprintf(stderr, "usage: readers_test requests.txt\n");
		return 2;
	}
	test_gzip();
	return failures > 0;
}
