/*-------------------------------------------------------------------------
 *
 * key_schema.c
 *	  Key schemas and their texts: 'Artist S', 'SongTitle S'.
 *
 * A text is read from its end, because a name may contain spaces: the last
 * word is a type, or a role after a type; all before it is the name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "item/key_schema.h"

/* The service's limit for the name of a key attribute. */
#define MAX_KEY_NAME_BYTES	255

typedef enum Role
{
	ROLE_DEFAULT,
	ROLE_HASH,
	ROLE_RANGE
} Role;

static void parse_spec(const char *spec, DynKeyAttribute *attribute, Role *role);
static bool cut_word(const char *text, size_t *length, const char *word);
pg_noreturn static void refuse_spec(const char *spec, const char *reason);

void
dyn_key_schema_parse(int nspecs, const char *const *specs, DynKeySchema *schema)
{
	memset(schema, 0, sizeof(DynKeySchema));
	if (nspecs < 1 || nspecs > DYN_MAX_KEY_ATTRIBUTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a key schema has 1 to %d attributes", DYN_MAX_KEY_ATTRIBUTES),
				 errhint("Name each attribute with its type, as in 'Artist S', 'SongTitle S'.")));

	for (int i = 0; i < nspecs; i++)
	{
		DynKeyAttribute *attribute = &schema->attributes[i];
		Role		role;

		parse_spec(specs[i], attribute, &role);
		for (int j = 0; j < i; j++)
			if (strcmp(schema->attributes[j].name, attribute->name) == 0)
				refuse_spec(specs[i], "The attribute is in the key schema twice.");

		if (role == ROLE_DEFAULT)
			role = i == 0 ? ROLE_HASH : ROLE_RANGE;
		if (role == ROLE_RANGE)
			schema->nrange++;
		else if (schema->nrange > 0)
			refuse_spec(specs[i], "HASH attributes come before RANGE attributes.");
		else
			schema->nhash++;

		if (schema->nhash == 0)
			refuse_spec(specs[i], "The first attribute of a key schema is a HASH attribute.");
		if (schema->nhash > DYN_MAX_HASH_ATTRIBUTES || schema->nrange > DYN_MAX_RANGE_ATTRIBUTES)
			refuse_spec(specs[i], "A key schema has at most 4 HASH and 4 RANGE attributes.");
	}
}

char *
dyn_key_schema_spec(const DynKeySchema *schema, int position)
{
	const DynKeyAttribute *attribute = &schema->attributes[position];
	const char *type = attribute->tag == DYN_TAG_S ? "S" : attribute->tag == DYN_TAG_N ? "N" : "B";
	const char *role = position > 0 && position < schema->nhash ? " HASH" : "";

	return psprintf("%s %s%s", attribute->name, type, role);
}

char *
dyn_key_schema_text(const DynKeySchema *schema)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "",
						 quote_literal_cstr(dyn_key_schema_spec(schema, i)));
	return text.data;
}

bool
dyn_key_schema_equal(const DynKeySchema *a, const DynKeySchema *b)
{
	if (a->nhash != b->nhash || a->nrange != b->nrange)
		return false;
	for (int i = 0; i < dyn_key_schema_count(a); i++)
		if (a->attributes[i].tag != b->attributes[i].tag ||
			strcmp(a->attributes[i].name, b->attributes[i].name) != 0)
			return false;
	return true;
}

/* Read one text; raises for bad ones. */
static void
parse_spec(const char *spec, DynKeyAttribute *attribute, Role *role)
{
	size_t		length = strlen(spec);

	*role = ROLE_DEFAULT;
	if (cut_word(spec, &length, " HASH"))
		*role = ROLE_HASH;
	else if (cut_word(spec, &length, " RANGE"))
		*role = ROLE_RANGE;

	if (cut_word(spec, &length, " S"))
		attribute->tag = DYN_TAG_S;
	else if (cut_word(spec, &length, " N"))
		attribute->tag = DYN_TAG_N;
	else if (cut_word(spec, &length, " B"))
		attribute->tag = DYN_TAG_B;
	else
		refuse_spec(spec, "The type of a key attribute is S, N or B.");

	if (length == 0 || length > MAX_KEY_NAME_BYTES)
		refuse_spec(spec, "The name of a key attribute has 1 to 255 bytes.");
	attribute->name = pnstrdup(spec, length);
	attribute->name_length = length;
}

/* Take a word off the end of a text; false where it does not end with it. */
static bool
cut_word(const char *text, size_t *length, const char *word)
{
	size_t		word_length = strlen(word);

	if (*length < word_length || memcmp(text + *length - word_length, word, word_length) != 0)
		return false;
	*length -= word_length;
	return true;
}

static void
refuse_spec(const char *spec, const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid key attribute: \"%s\"", spec),
			 errdetail_internal("%s", reason),
			 errhint("Write the attribute's name, a space and its type (S, N or B), and, if it must be said, a space and HASH or RANGE, as in 'Artist S' or 'Country S HASH'.")));
}
