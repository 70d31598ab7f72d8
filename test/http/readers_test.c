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

#include "http/gunzip.h"
#include "reading.h"

#define ROOM 2000000

static int	failures = 0;

static void
report(int ok, const char *name, const char *found, const char *expected)
{
	printf("%sok - %s\n", ok ? "" : "not ", name);
	if (!ok)
	{
		printf("#   found    %s\n#   expected %s\n", found, expected);
		failures++;
	}
}

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

/* Write the bytes that a text stands for.  Returns their number. */
static size_t
unescape(const char *text, const char *end, char *bytes)
{
	char	   *to = bytes;

	while (text < end)
	{
		unsigned	value;

		if (*text != '\\')
		{
			*to++ = *text++;
			continue;
		}
		switch (text[1])
		{
			case 'r':
				*to++ = '\r';
				break;
			case 'n':
				*to++ = '\n';
				break;
			case 't':
				*to++ = '\t';
				break;
			case '0':
				*to++ = '\0';
				break;
			case '\\':
				*to++ = '\\';
				break;
			case 'x':
				if (sscanf(text + 2, "%2x", &value) != 1)
					exit(2);
				*to++ = (char) value;
				text += 2;
				break;
			case '{':
				{
					char	   *inside;
					long		n = strtol(text + 2, &inside, 10);
					const char *close = memchr(inside, '}', end - inside);
					size_t		length;

					if (*inside != ':' || close == NULL)
						exit(2);
					length = unescape(inside + 1, close, to);
					for (long i = 1; i < n; i++)
						memcpy(to + i * length, to, length);
					to += n * length;
					text = close - 1;
					break;
				}
			default:
				fprintf(stderr, "unknown escape: %s\n", text);
				exit(2);
		}
		text += 2;
	}
	return to - bytes;
}

static void
test_request(const char *line, size_t line_length)
{
	static char what[ROOM];
	static char bytes[ROOM];
	const char *end = line + line_length;
	const char *bar = strstr(line, " | ");
	const char *second = bar != NULL ? strstr(bar + 3, " | ") : NULL;
	const char *found;
	char		name[200];
	size_t		length;
	char	   *exact;

	if (second == NULL)
	{
		fprintf(stderr, "no test: %s\n", line);
		exit(2);
	}
	snprintf(name, sizeof(name), "%.*s", (int) (bar - line), line);
	what[unescape(bar + 3, second, what)] = '\0';
	length = unescape(second + 3, end, bytes);

	/* In memory of its own, so that a sanitizer sees what is read beyond. */
	exact = malloc(length > 0 ? length : 1);
	memcpy(exact, bytes, length);

	found = reading(exact, length, all, NULL);
	if (strcmp(found, what) == 0)
		found = reading(exact, length, one, NULL);
	for (size_t n = 1; n < length && length < 1000 && strcmp(found, what) == 0; n++)
	{
		size_t		cut = n;

		found = reading(exact, length, first, &cut);
	}
	report(strcmp(found, what) == 0, name, found, what);
	free(exact);
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
	static char line[ROOM];
	FILE	   *file = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (file == NULL)
	{
		fprintf(stderr, "usage: readers_test requests.txt\n");
		return 2;
	}
	while (fgets(line, sizeof(line), file) != NULL)
	{
		size_t		length = strcspn(line, "\n");

		line[length] = '\0';
		if (length > 0 && line[0] != '#')
			test_request(line, length);
	}
	fclose(file);
	test_gzip();
	return failures > 0;
}
