/*-------------------------------------------------------------------------
 *
 * scan.c
 *	  The tokens of a PartiQL statement.
 *
 * Comments are space.  What is no token is an error without a detail, as at
 * the service: a stray character, something that is not closed, a number
 * whose exponent does not fit 32 bits.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "partiql/tree.h"

typedef struct Scanner
{
	const char *text;
	uint32		length;
	uint32		at;
	DynPartiqlToken *tokens;
	int			ntokens;
	int			room;
} Scanner;

static const char *const keywords[] = {
#define PARTIQL_KEYWORD(word) word,
#include "partiql/keywords.def"
#undef PARTIQL_KEYWORD
};

#define LONGEST_KEYWORD	32

static void skip_space(Scanner *scanner);
static void scan_token(Scanner *scanner, DynPartiqlToken *token);
static void scan_word(Scanner *scanner, DynPartiqlToken *token);
static void scan_quoted(Scanner *scanner, DynPartiqlToken *token, char quote);
static void scan_number(Scanner *scanner, DynPartiqlToken *token);
static void scan_symbol(Scanner *scanner, DynPartiqlToken *token);
static bool is_keyword(const char *word, uint32 length);
pg_noreturn static void raise(const Scanner *scanner, uint32 start);

/* The character so many places on; NUL at the end. */
static inline char
peek(const Scanner *scanner, uint32 ahead)
{
	return scanner->at + ahead < scanner->length ? scanner->text[scanner->at + ahead] : '\0';
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
begins_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

DynPartiqlToken *
dyn_partiql_scan(const char *text, uint32 length, int *count)
{
	Scanner		scanner = {text, length};

	scanner.room = 64;
	scanner.tokens = palloc(sizeof(DynPartiqlToken) * scanner.room);
	do
	{
		if (scanner.ntokens == scanner.room)
		{
			scanner.room *= 2;
			scanner.tokens = repalloc(scanner.tokens, sizeof(DynPartiqlToken) * scanner.room);
		}
		skip_space(&scanner);
		scan_token(&scanner, &scanner.tokens[scanner.ntokens]);
	} while (scanner.tokens[scanner.ntokens++].kind != PARTIQL_END);
	*count = scanner.ntokens;
	return scanner.tokens;
}

static void
skip_space(Scanner *scanner)
{
	for (;;)
	{
		char		c = peek(scanner, 0);
		uint32		start = scanner->at;

		if (scanner->at < scanner->length && (c == ' ' || (c >= '\t' && c <= '\r')))
			scanner->at++;
		else if (c == '-' && peek(scanner, 1) == '-')
		{
			while (scanner->at < scanner->length && scanner->text[scanner->at] != '\n')
				scanner->at++;
		}
		else if (c == '/' && peek(scanner, 1) == '*')
		{
			scanner->at += 2;
			while (scanner->at < scanner->length && !(peek(scanner, 0) == '*' && peek(scanner, 1) == '/'))
				scanner->at++;
			if (scanner->at >= scanner->length)
				raise(scanner, start);
			scanner->at += 2;
		}
		else
			return;
	}
}

static void
scan_token(Scanner *scanner, DynPartiqlToken *token)
{
	char		c = peek(scanner, 0);

	memset(token, 0, sizeof(DynPartiqlToken));
	token->start = scanner->at;
	if (scanner->at >= scanner->length)
		token->kind = PARTIQL_END;
	else if (begins_word(c))
		scan_word(scanner, token);
	else if (c == '\'' || c == '"')
		scan_quoted(scanner, token, c);
	else if (is_digit(c) || (c == '.' && is_digit(peek(scanner, 1))))
		scan_number(scanner, token);
	else
		scan_symbol(scanner, token);

	token->length = scanner->at - token->start;
	if (token->value == NULL)
	{
		token->value = scanner->text + token->start;
		token->value_length = token->length;
	}
}

static void
scan_word(Scanner *scanner, DynPartiqlToken *token)
{
	while (begins_word(peek(scanner, 0)) || is_digit(peek(scanner, 0)))
		scanner->at++;
	token->kind = PARTIQL_WORD;
	token->reserved = is_keyword(scanner->text + token->start, scanner->at - token->start);
}

/* Two quotes inside stand for one. */
static void
scan_quoted(Scanner *scanner, DynPartiqlToken *token, char quote)
{
	uint32		start = ++scanner->at;
	bool		doubled = false;

	token->kind = quote == '"' ? PARTIQL_QUOTED : PARTIQL_STRING;
	for (;; scanner->at++)
	{
		if (scanner->at >= scanner->length)
			raise(scanner, token->start);
		if (scanner->text[scanner->at] != quote)
			continue;
		if (peek(scanner, 1) != quote)
			break;
		doubled = true;
		scanner->at++;
	}
	token->value = scanner->text + start;
	token->value_length = scanner->at - start;
	scanner->at++;

	if (doubled)
	{
		char	   *value = palloc(token->value_length);
		uint32		length = 0;

		for (uint32 i = 0; i < token->value_length; i++)
		{
			value[length++] = token->value[i];
			if (token->value[i] == quote)
				i++;
		}
		token->value = value;
		token->value_length = length;
	}
}

/* The service keeps the exponent of the last digit in 32 bits. */
static void
scan_number(Scanner *scanner, DynPartiqlToken *token)
{
	int64		exponent = 0;
	int64		scale = 0;
	bool		negative;

	token->kind = PARTIQL_NUMBER;
	while (is_digit(peek(scanner, 0)))
		scanner->at++;
	if (peek(scanner, 0) == '.')
	{
		scanner->at++;
		for (; is_digit(peek(scanner, 0)); scale++)
			scanner->at++;
	}
	if (peek(scanner, 0) == 'e' || peek(scanner, 0) == 'E')
	{
		scanner->at++;
		negative = peek(scanner, 0) == '-';
		if (negative || peek(scanner, 0) == '+')
			scanner->at++;
		if (!is_digit(peek(scanner, 0)))
			raise(scanner, token->start);
		for (; is_digit(peek(scanner, 0)); scanner->at++)
		{
			exponent = exponent * 10 + (peek(scanner, 0) - '0');
			if (exponent > (int64) PG_INT32_MAX + 1)
				raise(scanner, token->start);
		}
		if (negative)
			exponent = -exponent;
	}
	scale -= exponent;
	if (exponent > PG_INT32_MAX || scale > PG_INT32_MAX || scale < PG_INT32_MIN || begins_word(peek(scanner, 0)))
		raise(scanner, token->start);
}

static void
scan_symbol(Scanner *scanner, DynPartiqlToken *token)
{
	static const char *const operators[] = {"<<", ">>", "<=", "<>", ">=", "!=", "||", "=", "<", ">", "+", "-", "*", "/", "%"};

	for (int i = 0; i < lengthof(operators); i++)
	{
		uint32		length = strlen(operators[i]);

		if (scanner->length - scanner->at < length ||
			memcmp(scanner->text + scanner->at, operators[i], length) != 0)
			continue;
		/* << and >> enclose, they do not stand between */
		token->kind = i < 2 ? PARTIQL_PUNCTUATION : PARTIQL_OPERATOR;
		scanner->at += length;
		return;
	}
	if (peek(scanner, 0) == '?')
		token->kind = PARTIQL_PARAMETER;
	else if (peek(scanner, 0) != '\0' && strchr("()[]{},.:;", peek(scanner, 0)) != NULL)
		token->kind = PARTIQL_PUNCTUATION;
	else
		raise(scanner, token->start);
	scanner->at++;
}

static bool
is_keyword(const char *word, uint32 length)
{
	char		upper[LONGEST_KEYWORD + 1];
	int			low = 0;
	int			high = lengthof(keywords) - 1;

	if (length > LONGEST_KEYWORD)
		return false;
	for (uint32 i = 0; i < length; i++)
		upper[i] = pg_ascii_toupper((unsigned char) word[i]);
	upper[length] = '\0';
	while (low <= high)
	{
		int			middle = (low + high) / 2;
		int			order = strcmp(upper, keywords[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return false;
}

static void
raise(const Scanner *scanner, uint32 start)
{
	dyn_partiql_not_well_formed(scanner->text, scanner->length, start, "");
}
