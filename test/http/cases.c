/*
 * Reads files of cases.  \r \n \t \0 \\ \xHH are bytes, \{N:BYTES} is N times
 * BYTES.
 */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int			failures = 0;

void
report(int ok, const char *name, const char *found, const char *expected)
{
	printf("%sok - %s\n", ok ? "" : "not ", name);
	if (!ok)
	{
		printf("#   found    %s\n#   expected %s\n", found, expected);
		failures++;
	}
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
run_case(const char *line, size_t line_length, void (*test) (const char *, const char *, const char *, size_t))
{
	static char what[ROOM];
	static char bytes[ROOM];
	const char *bar = strstr(line, " | ");
	const char *second = bar != NULL ? strstr(bar + 3, " | ") : NULL;
	char		name[200];
	size_t		length;
	char	   *exact;

	if (second == NULL)
	{
		fprintf(stderr, "no case: %s\n", line);
		exit(2);
	}
	snprintf(name, sizeof(name), "%.*s", (int) (bar - line), line);
	what[unescape(bar + 3, second, what)] = '\0';
	length = unescape(second + 3, line + line_length, bytes);
	exact = malloc(length > 0 ? length : 1);
	memcpy(exact, bytes, length);
	test(name, what, exact, length);
	free(exact);
}

int
for_each_case(const char *path, void (*test) (const char *, const char *, const char *, size_t))
{
	static char line[ROOM];
	FILE	   *file = fopen(path, "r");

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
	{
		size_t		length = strcspn(line, "\n");

		line[length] = '\0';
		if (length > 0 && line[0] != '#')
			run_case(line, length, test);
	}
	fclose(file);
	return 1;
}
