/*-------------------------------------------------------------------------
 *
 * message.c
 *	  What is wrong with a statement, in the service's words.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "base/error.h"
#include "partiql/tree.h"

static void count(const char *text, uint32 length, int *line, int *column);

void
dyn_partiql_not_well_formed(const char *text, uint32 length, uint32 start, const char *detail)
{
	int			line;
	int			column;

	count(text, start, &line, &column);
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Statement wasn't well formed, can't be processed: %s", detail),
			 start >= length ? errdetail("The statement ends there: line %d, column %d.", line, column) :
			 errdetail("It cannot be read from line %d, column %d on.", line, column),
			 errhint("Names that are keywords or have other characters than letters, digits, _ and $ go into double quotes, strings into single quotes.")));
}

void
dyn_partiql_refuse(const char *hint, const char *message,...)
{
	StringInfoData text;
	int			needed = 0;

	initStringInfo(&text);
	do
	{
		va_list		arguments;

		if (needed > 0)
			enlargeStringInfo(&text, needed);
		va_start(arguments, message);
		needed = appendStringInfoVA(&text, message, arguments);
		va_end(arguments);
	} while (needed > 0);
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%s", text.data),
			 errhint("%s", hint)));
}

char *
dyn_partiql_at(const char *text, DynPartiqlPlace place)
{
	int			line;
	int			column;

	count(text, place.start, &line, &column);
	return psprintf(" at %d:%d:%d", line, column, pg_mbstrlen_with_len(text + place.start, place.length));
}

/* Line and column of what comes after so many bytes. */
static void
count(const char *text, uint32 length, int *line, int *column)
{
	*line = 1;
	*column = 1;
	for (uint32 i = 0; i < length; i++)
	{
		if (text[i] == '\n')
		{
			(*line)++;
			*column = 1;
		}
		else if (!IS_HIGHBIT_SET(text[i]) || (text[i] & 0xC0) == 0xC0)
			(*column)++;
	}
}
