/*-------------------------------------------------------------------------
 *
 * json_tree.c
 *	  Reading JSON requests fast, and looking at what was read.
 *
 * Postgres' JSON lexer finds the tokens, which takes a fifth of the time of
 * jansson.  It is told to leave escapes alone, because it refuses U+0000.
 * Strings are slices of a copy of the text, in which zero bytes end them and
 * escapes are taken out in place.
 *
 * Everything regular is read here.  Whatever is not (a fault, doubled members,
 * numbers that are not small integers, deep nesting) is handed over, whole, to
 * jansson (json_read.c), which accepts it or raises.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "base/json_string.h"
#include "base/json_tree.h"

/* An item's deepest value is at level 67 of a request. */
#define MAX_LEVELS			100

/* So many digits always fit an int64. */
#define MAX_INTEGER_DIGITS	18

typedef struct Parser
{
	JsonLexContext lex;
	const char *text;
	char	   *copy;
	/* Members, or elements, of what is not finished yet. */
	DynJsonMember *stack;
	size_t		used;
	size_t		size;
} Parser;

static bool parse(const char *text, size_t length, DynJson *json);
static bool read_value(Parser *parser, int levels, DynJson *json);
static bool read_array(Parser *parser, int levels, DynJson *array);
static bool read_object(Parser *parser, int levels, DynJson *object);
static DynJsonMember *push(Parser *parser);
static bool read_string(Parser *parser, const char **data, size_t *length);
static bool read_integer(const Parser *parser, int64 *integer);
static int	compare_members(const void *a, const void *b);

const DynJson *
dyn_json_parse(const char *text, size_t length)
{
	DynJson    *json = palloc(sizeof(DynJson));

	if (parse(text, length, json))
		return json;
	return dyn_json_parse_any(text, length);
}

/* False where it is not for us. */
static bool
parse(const char *text, size_t length, DynJson *json)
{
	Parser		parser;

	if (!dyn_utf8_is_valid(text, length))
		return false;
	dyn_json_lexer_begin(&parser.lex, text, length);
	parser.text = text;
	parser.copy = palloc(length + 1);
	memcpy(parser.copy, text, length);
	parser.used = 0;
	parser.size = 16;
	parser.stack = palloc(parser.size * sizeof(DynJsonMember));

	return json_lex(&parser.lex) == JSON_SUCCESS &&
		(parser.lex.token_type == JSON_TOKEN_OBJECT_START || parser.lex.token_type == JSON_TOKEN_ARRAY_START) &&
		read_value(&parser, MAX_LEVELS, json) &&
		json_lex(&parser.lex) == JSON_SUCCESS && parser.lex.token_type == JSON_TOKEN_END;
}

/* Read what begins with the current token, up to its last token. */
static bool
read_value(Parser *parser, int levels, DynJson *json)
{
	switch (parser->lex.token_type)
	{
		case JSON_TOKEN_STRING:
			json->kind = DYN_JSON_STRING;
			return read_string(parser, &json->value.string.data, &json->value.string.length);
		case JSON_TOKEN_NUMBER:
			json->kind = DYN_JSON_INTEGER;
			return read_integer(parser, &json->value.integer);
		case JSON_TOKEN_TRUE:
		case JSON_TOKEN_FALSE:
			json->kind = DYN_JSON_BOOLEAN;
			json->value.boolean = parser->lex.token_type == JSON_TOKEN_TRUE;
			return true;
		case JSON_TOKEN_NULL:
			json->kind = DYN_JSON_NULL;
			return true;
		case JSON_TOKEN_OBJECT_START:
			return levels > 0 && read_object(parser, levels - 1, json);
		case JSON_TOKEN_ARRAY_START:
			return levels > 0 && read_array(parser, levels - 1, json);
		default:
			return false;
	}
}

static bool
read_array(Parser *parser, int levels, DynJson *array)
{
	JsonLexContext *lex = &parser->lex;
	size_t		start = parser->used;
	DynJson    *elements;
	size_t		count;

	if (json_lex(lex) != JSON_SUCCESS)
		return false;
	if (lex->token_type != JSON_TOKEN_ARRAY_END)
		for (;;)
		{
			DynJson		element;

			if (!read_value(parser, levels, &element) || json_lex(lex) != JSON_SUCCESS)
				return false;
			push(parser)->json = element;
			if (lex->token_type == JSON_TOKEN_ARRAY_END)
				break;
			if (lex->token_type != JSON_TOKEN_COMMA || json_lex(lex) != JSON_SUCCESS)
				return false;
		}

	count = parser->used - start;
	parser->used = start;
	elements = palloc(Max(count, 1) * sizeof(DynJson));
	for (size_t i = 0; i < count; i++)
		elements[i] = parser->stack[start + i].json;
	array->kind = DYN_JSON_ARRAY;
	array->value.array.count = count;
	array->value.array.elements = elements;
	return true;
}

static bool
read_object(Parser *parser, int levels, DynJson *object)
{
	JsonLexContext *lex = &parser->lex;
	size_t		start = parser->used;
	DynJsonMember *members;
	size_t		count;

	if (json_lex(lex) != JSON_SUCCESS)
		return false;
	if (lex->token_type != JSON_TOKEN_OBJECT_END)
		for (;;)
		{
			DynJsonMember member;

			/* jansson refuses U+0000 in names */
			if (lex->token_type != JSON_TOKEN_STRING ||
				!read_string(parser, &member.name, &member.name_length) ||
				memchr(member.name, '\0', member.name_length) != NULL ||
				json_lex(lex) != JSON_SUCCESS || lex->token_type != JSON_TOKEN_COLON ||
				json_lex(lex) != JSON_SUCCESS ||
				!read_value(parser, levels, &member.json) ||
				json_lex(lex) != JSON_SUCCESS)
				return false;
			*push(parser) = member;
			if (lex->token_type == JSON_TOKEN_OBJECT_END)
				break;
			if (lex->token_type != JSON_TOKEN_COMMA || json_lex(lex) != JSON_SUCCESS)
				return false;
		}

	count = parser->used - start;
	parser->used = start;
	members = palloc(Max(count, 1) * sizeof(DynJsonMember));
	memcpy(members, parser->stack + start, count * sizeof(DynJsonMember));
	return dyn_json_make_object(members, count, object);
}

/* Make room for one more member or element. */
static DynJsonMember *
push(Parser *parser)
{
	if (parser->used == parser->size)
	{
		parser->size *= 2;
		parser->stack = repalloc_huge(parser->stack, parser->size * sizeof(DynJsonMember));
	}
	return &parser->stack[parser->used++];
}

/* Read the current token without its quotes and escapes. */
static bool
read_string(Parser *parser, const char **data, size_t *length)
{
	const char *start = parser->lex.token_start + 1;
	const char *end = parser->lex.token_terminator - 1;
	char	   *to = parser->copy + (start - parser->text);
	char	   *to_end = to + (end - start);

	if (memchr(start, '\\', end - start) != NULL)
	{
		to_end = dyn_json_unescape(start, end, to);
		if (to_end == NULL)
			return false;
	}
	*to_end = '\0';
	*data = to;
	*length = to_end - to;
	return true;
}

/* Read the current token; false where it is no integer, or too large to be sure. */
static bool
read_integer(const Parser *parser, int64 *integer)
{
	const char *next = parser->lex.token_start;
	const char *end = parser->lex.token_terminator;
	bool		negative = *next == '-';
	int64		number = 0;

	if (negative)
		next++;
	if (end - next > MAX_INTEGER_DIGITS)
		return false;
	for (; next < end; next++)
	{
		if (*next < '0' || *next > '9')
			return false;
		number = number * 10 + (*next - '0');
	}
	*integer = negative ? -number : number;
	return true;
}

bool
dyn_json_make_object(DynJsonMember *members, size_t count, DynJson *object)
{
	DynJsonMember **sorted;

	object->kind = DYN_JSON_OBJECT;
	object->value.object.count = count;
	object->value.object.members = members;
	object->value.object.sorted = NULL;
	if (count <= DYN_JSON_FEW_MEMBERS)
	{
		for (size_t i = 1; i < count; i++)
			for (size_t j = 0; j < i; j++)
				if (members[i].name_length == members[j].name_length &&
					memcmp(members[i].name, members[j].name, members[i].name_length) == 0)
					return false;
		return true;
	}

	sorted = palloc(count * sizeof(DynJsonMember *));
	for (size_t i = 0; i < count; i++)
		sorted[i] = &members[i];
	qsort(sorted, count, sizeof(DynJsonMember *), compare_members);
	for (size_t i = 1; i < count; i++)
		if (compare_members(&sorted[i - 1], &sorted[i]) == 0)
			return false;
	object->value.object.sorted = sorted;
	return true;
}

static int
compare_members(const void *a, const void *b)
{
	const DynJsonMember *x = *(DynJsonMember *const *) a;
	const DynJsonMember *y = *(DynJsonMember *const *) b;

	return strcmp(x->name, y->name);
}

static inline bool
is(const DynJson *json, DynJsonKind kind)
{
	return json != NULL && json->kind == kind;
}

DynJsonKind
dyn_json_kind(const DynJson *json)
{
	return json->kind;
}

bool
dyn_json_boolean(const DynJson *json)
{
	return is(json, DYN_JSON_BOOLEAN) && json->value.boolean;
}

int64
dyn_json_integer(const DynJson *json)
{
	return is(json, DYN_JSON_INTEGER) ? json->value.integer : 0;
}

double
dyn_json_real(const DynJson *json)
{
	return is(json, DYN_JSON_INTEGER) ? (double) json->value.integer : is(json, DYN_JSON_REAL) ? json->value.real : 0;
}

const char *
dyn_json_string(const DynJson *json, size_t *length)
{
	if (!is(json, DYN_JSON_STRING))
	{
		*length = 0;
		return NULL;
	}
	*length = json->value.string.length;
	return json->value.string.data;
}

size_t
dyn_json_array_size(const DynJson *array)
{
	return is(array, DYN_JSON_ARRAY) ? array->value.array.count : 0;
}

const DynJson *
dyn_json_array_at(const DynJson *array, size_t index)
{
	return index < dyn_json_array_size(array) ? &array->value.array.elements[index] : NULL;
}

size_t
dyn_json_object_size(const DynJson *object)
{
	return is(object, DYN_JSON_OBJECT) ? object->value.object.count : 0;
}

const DynJson *
dyn_json_member(const DynJson *object, const char *name)
{
	if (!is(object, DYN_JSON_OBJECT))
		return NULL;
	if (object->value.object.sorted != NULL)
	{
		DynJsonMember wanted = {.name = name};
		DynJsonMember *key = &wanted;
		DynJsonMember **found = bsearch(&key, object->value.object.sorted, object->value.object.count,
										sizeof(DynJsonMember *), compare_members);

		return found == NULL ? NULL : &(*found)->json;
	}
	for (size_t i = 0; i < object->value.object.count; i++)
		if (strcmp(object->value.object.members[i].name, name) == 0)
			return &object->value.object.members[i].json;
	return NULL;
}

const DynJsonMember *
dyn_json_first(const DynJson *object)
{
	return dyn_json_object_size(object) == 0 ? NULL : object->value.object.members;
}

const DynJsonMember *
dyn_json_next(const DynJson *object, const DynJsonMember *member)
{
	return member + 1 < object->value.object.members + object->value.object.count ? member + 1 : NULL;
}

const char *
dyn_json_member_name(const DynJsonMember *member, size_t *length)
{
	*length = member->name_length;
	return member->name;
}

const DynJson *
dyn_json_member_value(const DynJsonMember *member)
{
	return &member->json;
}
