/* The record in the manner of a CDA: a head with number, time, patient, author and custodian, then one section each with observations. Not a validated
 * WS/T 500 document: what it names is what our sources name, and each observation carries our field as its id. */
#include "core/exchange.h"

#include "core/date.h"
#include "core/xml.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SPACE "urn:hl7-org:v3"

/* --- values --- */

static const struct {
  const char *reason, *flavor;
} flavors[] = { { "not_recorded", "NI" }, { "masked", "MSK" }, { "not_applicable", "NA" }, { "other", "OTH" } };

static const char *
flavor_of (const char *reason)
{
  for (guint i = 0; reason != NULL && i < G_N_ELEMENTS (flavors); i++)
    if (g_str_equal (flavors[i].reason, reason))
      return flavors[i].flavor;
  return "NI";
}

static const char *
reason_of (const char *flavor)
{
  for (guint i = 0; i < G_N_ELEMENTS (flavors); i++)
    if (g_str_equal (flavors[i].flavor, flavor))
      return flavors[i].reason;
  return flavor; /* refused where the reason is checked */
}

/* 20260105, 20260105080000+0800, true. */
static char *
to_wire (const FzExchangeField *field, const char *value)
{
  gint64 us = 0;

  if (field->type == FZ_EXCHANGE_DATE)
    return g_strdup_printf ("%.4s%.2s%.2s", value, value + 5, value + 8);
  if (field->type == FZ_EXCHANGE_TIME && fz_time_parse (value, &us)) {
    g_autofree char *at = fz_beijing_time_format (us);

    return g_strdup_printf ("%.4s%.2s%.2s%.2s%.2s%.2s+0800", at, at + 5, at + 8, at + 11, at + 14, at + 17);
  }
  if (field->type == FZ_EXCHANGE_FLAG)
    return g_strdup (g_str_equal (value, "yes") ? "true" : "false");
  return g_strdup (value);
}

static gboolean
are_digits (const char *text, gsize n)
{
  return strspn (text, "0123456789") >= n;
}

/* NULL: not of this shape. (transfer full) */
static char *
from_wire (const FzExchangeField *field, const char *text)
{
  g_autofree char *utc = NULL;
  gsize n = strlen (text);
  gint64 us = 0, minutes = 0;

  if (field->type == FZ_EXCHANGE_DATE)
    return n == 8 && are_digits (text, 8) ? g_strdup_printf ("%.4s-%.2s-%.2s", text, text + 4, text + 6) : NULL;
  if (field->type == FZ_EXCHANGE_FLAG)
    return g_strdup (g_str_equal (text, "true") ? "yes" : g_str_equal (text, "false") ? "no" : NULL);
  if (field->type != FZ_EXCHANGE_TIME)
    return g_strdup (text);
  if (n != 19 || !are_digits (text, 14) || (text[14] != '+' && text[14] != '-') || !are_digits (text + 15, 4))
    return NULL;
  utc = g_strdup_printf ("%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", text, text + 4, text + 6, text + 8, text + 10, text + 12);
  minutes = ((text[15] - '0') * 10 + (text[16] - '0')) * 60 + (text[17] - '0') * 10 + (text[18] - '0');
  if (!fz_time_parse (utc, &us) || minutes > 14 * 60)
    return NULL;
  return fz_time_format (us - (text[14] == '-' ? -minutes : minutes) * 60 * FZ_US_PER_SECOND);
}

/* --- writing --- */

typedef struct {
  GString *out;
  GPtrArray *open; /* names of the elements that stand open below the root */
} Head;

static void
close_to (Head *head, guint depth)
{
  while (head->open->len > depth) {
    g_string_append_printf (head->out, "</%s>\n", (const char *) head->open->pdata[head->open->len - 1]);
    g_ptr_array_remove_index (head->open, head->open->len - 1);
  }
}

/* `a/b/c@d`: opens a and b unless they stand open, and writes c. */
static void
write_head_value (Head *head, const FzExchangeField *field, const FzFields *record)
{
  g_autofree char *path = g_strndup (field->xml, strcspn (field->xml, "@")), *missing = g_strconcat ("missing.", field->field, NULL);
  const char *attribute = strchr (field->xml, '@'), *value = fz_fields_get (record, field->field);
  g_autofree char *wire = value != NULL ? to_wire (field, value) : NULL;
  g_auto (GStrv) words = g_strsplit (path, "/", -1);
  guint n = g_strv_length (words) - 1, same = 0;

  while (same < n && same < head->open->len && g_str_equal (head->open->pdata[same], words[same]))
    same++;
  close_to (head, same);
  for (guint i = same; i < n; i++) {
    g_string_append_printf (head->out, "<%s>\n", words[i]);
    g_ptr_array_add (head->open, g_strdup (words[i]));
  }
  g_string_append_printf (head->out, "<%s", words[n]);
  if (wire == NULL)
    fz_xml_append_attribute (head->out, "nullFlavor", flavor_of (fz_fields_get (record, missing)));
  else if (attribute != NULL)
    fz_xml_append_attribute (head->out, attribute + 1, wire);
  if (wire != NULL && attribute == NULL) {
    g_string_append_c (head->out, '>');
    fz_xml_append_text (head->out, wire);
    g_string_append_printf (head->out, "</%s>\n", words[n]);
  } else {
    g_string_append (head->out, "/>\n");
  }
}

static void
write_head (const FzExchangeMap *self, const FzFields *record, GString *out)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_free);
  Head head = { out, open };

  g_string_append (out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ClinicalDocument xmlns=\"" SPACE "\">\n"
                        "<typeId root=\"2.16.840.1.113883.1.3\" extension=\"POCD_HD000040\"/>\n"
                        "<templateId root=\"2.16.156.10011.2.1.1.22\"/>\n"
                        "<code code=\"C0002\" displayName=\"门（急）诊病历\"/>\n"
                        "<title>门（急）诊病历</title>\n");
  g_string_append_printf (out, "<confidentialityCode code=\"%s\"/>\n<languageCode code=\"zh-CN\"/>\n", fz_fields_is_yes (record, "masked") ? "masked" : "full");
  for (guint i = 0; i < fz_exchange_map_get_n (self); i++)
    if (fz_exchange_map_get (self, i)->xml != NULL)
      write_head_value (&head, fz_exchange_map_get (self, i), record);
  close_to (&head, 0);
}

static void
write_observation (const FzExchangeField *field, guint index, const FzFields *record, GString *out)
{
  g_autofree char *key = fz_exchange_key (field, index), *missing = g_strconcat ("missing.", key, NULL);
  const char *value = fz_fields_get (record, key);
  g_autofree char *wire = value != NULL ? to_wire (field, value) : NULL;

  g_string_append (out, "<observation classCode=\"OBS\" moodCode=\"EVN\"><id");
  fz_xml_append_attribute (out, "extension", field->member);
  g_string_append (out, "/><code");
  if (field->element != NULL)
    fz_xml_append_attribute (out, "code", field->element);
  fz_xml_append_attribute (out, "displayName", field->name);
  g_string_append (out, "/><value");
  if (wire == NULL) {
    fz_xml_append_attribute (out, "nullFlavor", flavor_of (fz_fields_get (record, missing)));
    g_string_append (out, "/></observation>");
    return;
  }
  g_string_append_c (out, '>');
  fz_xml_append_text (out, wire);
  g_string_append (out, "</value></observation>");
}

static guint
write_members (const FzExchangeMap *self, const char *section, guint index, const FzFields *record, const char *before, const char *after, GString *out)
{
  guint n = 0;

  for (guint i = 0; i < fz_exchange_map_get_n (self); i++) {
    const FzExchangeField *field = fz_exchange_map_get (self, i);

    if (field->xml != NULL || !g_str_equal (field->section, section))
      continue;
    g_string_append (out, before);
    write_observation (field, index, record, out);
    g_string_append (out, after);
    n++;
  }
  return n;
}

static void
write_section (const FzExchangeMap *self, guint s, const FzFields *record, GString *out)
{
  const char *section = fz_exchange_map_get_section (self, s), *label = fz_exchange_map_get_section_label (self, s, FALSE);
  g_autofree char *missing = g_strconcat ("missing.", section, NULL);
  guint n = MAX (fz_fields_count (record, section), fz_fields_count (record, missing));

  g_string_append (out, "<component><section><code");
  fz_xml_append_attribute (out, "code", section);
  fz_xml_append_attribute (out, "displayName", label);
  g_string_append (out, "/>\n");
  if (!fz_exchange_map_is_list (self, section))
    write_members (self, section, 0, record, "<entry>", "</entry>\n", out);
  else
    for (guint i = 0; i < n; i++) {
      g_string_append (out, "<entry><organizer classCode=\"CLUSTER\" moodCode=\"EVN\">\n");
      write_members (self, section, i, record, "<component>", "</component>\n", out);
      g_string_append (out, "</organizer></entry>\n");
    }
  g_string_append (out, "</section></component>\n");
}

char *
fz_exchange_to_xml (const FzExchangeMap *self, const FzFields *record)
{
  g_autoptr (GString) out = g_string_new (NULL);

  write_head (self, record, out);
  g_string_append (out, "<component><structuredBody>\n");
  for (guint s = 0; s < fz_exchange_map_get_n_sections (self); s++)
    write_section (self, s, record, out);
  g_string_append (out, "</structuredBody></component>\n</ClinicalDocument>\n");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* --- reading --- */

typedef struct {
  const FzExchangeMap *map;
  FzFields *record;
  GPtrArray *problems;
} Reading;

/* 第 12 行 /ClinicalDocument/id */
static char *
place_at (guint line, const char *path)
{
  return g_strdup_printf (_ ("第 %u 行 %s"), line, path);
}

static char *
place_of (const FzXml *element)
{
  g_autofree char *path = fz_xml_dup_path (element);

  return place_at (fz_xml_get_line (element), path);
}

static void
complain_at (Reading *reading, const FzXml *element, const char *what)
{
  g_autofree char *place = place_of (element);

  fz_exchange_complain (reading->problems, place, what);
}

/* A value or its absence, from an element or one of its attributes. */
static void
take_value (Reading *reading, const FzExchangeField *field, guint index, FzXml *element, const char *attribute)
{
  const char *flavor = fz_xml_take_attribute (element, "nullFlavor");
  const char *text = attribute != NULL ? fz_xml_take_attribute (element, attribute) : fz_xml_get_text (element);
  g_autofree char *path = place_of (element), *value = NULL;

  if (flavor != NULL && text != NULL && *text != '\0') {
    fz_exchange_complain (reading->problems, path, _ ("既有取值又写了缺失原因。"));
    return;
  }
  if (flavor != NULL || text == NULL || *text == '\0') {
    fz_exchange_miss (field, index, flavor != NULL ? reason_of (flavor) : NULL, path, reading->record, reading->problems);
    return;
  }
  value = from_wire (field, text);
  fz_exchange_take (field, index, value != NULL ? value : "", path, reading->record, reading->problems);
}

/* Elements on the way are shared by several fields: taken once, found again in `seen` by their path. */
static FzXml *
walk (GHashTable *seen, FzXml *root, const char *path)
{
  g_auto (GStrv) words = g_strsplit (path, "/", -1);
  g_autoptr (GString) so_far = g_string_new (NULL);
  FzXml *at = root;

  for (guint i = 0; words[i] != NULL && at != NULL; i++) {
    FzXml *next;

    g_string_append_printf (so_far, "/%s", words[i]);
    next = g_hash_table_lookup (seen, so_far->str);
    if (next == NULL) {
      next = fz_xml_take (at, words[i]);
      if (next != NULL)
        g_hash_table_insert (seen, g_strdup (so_far->str), next);
    }
    at = next;
  }
  return at;
}

static void
take_head (Reading *reading, FzXml *root)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < fz_exchange_map_get_n (reading->map); i++) {
    const FzExchangeField *field = fz_exchange_map_get (reading->map, i);
    g_autofree char *path = field->xml != NULL ? g_strndup (field->xml, strcspn (field->xml, "@")) : NULL;
    const char *attribute = field->xml != NULL ? strchr (field->xml, '@') : NULL;
    FzXml *element = path != NULL ? walk (seen, root, path) : NULL;

    if (element != NULL)
      take_value (reading, field, 0, element, attribute != NULL ? attribute + 1 : NULL);
    else if (path != NULL) {
      g_autofree char *place = place_at (fz_xml_get_line (root), path); /* the document itself, which lacks it */

      fz_exchange_miss (field, 0, NULL, place, reading->record, reading->problems);
    }
  }
}

static gboolean
has_constant (Reading *reading, FzXml *parent, const char *name, const char *attribute, const char *value)
{
  FzXml *element = fz_xml_take (parent, name);
  const char *there = element != NULL ? fz_xml_take_attribute (element, attribute) : NULL;
  g_autofree char *words = NULL;

  if (g_strcmp0 (there, value) == 0)
    return TRUE;
  words = g_strdup_printf (_ ("%s 的 %s 应为“%s”。"), name, attribute, value);
  complain_at (reading, element != NULL ? element : parent, words);
  return FALSE;
}

static void
take_observation (Reading *reading, FzXml *holder, const char *section, guint index)
{
  FzXml *observation = fz_xml_take (holder, "observation"), *id = NULL, *code = NULL, *value = NULL;
  const FzExchangeField *field = NULL;
  g_autofree char *key = NULL;
  const char *member = NULL, *element = NULL;

  if (observation == NULL) {
    complain_at (reading, holder, _ ("缺少 observation。"));
    return;
  }
  fz_xml_take_attribute (observation, "classCode");
  fz_xml_take_attribute (observation, "moodCode");
  id = fz_xml_take_next (observation, "id");
  code = fz_xml_take_next (observation, "code");
  value = fz_xml_take_next (observation, "value");
  member = id != NULL ? fz_xml_take_attribute (id, "extension") : NULL;
  element = code != NULL ? fz_xml_take_attribute (code, "code") : NULL;
  if (code != NULL)
    fz_xml_take_attribute (code, "displayName");
  key = member == NULL                                               ? NULL
        : fz_exchange_map_is_list (reading->map, section) ? g_strdup_printf ("%s.*.%s", section, member)
                                                          : g_strdup_printf ("%s.%s", section, member);
  field = key != NULL ? fz_exchange_map_find (reading->map, key) : NULL;
  if (field == NULL || field->xml != NULL || code == NULL || value == NULL || g_strcmp0 (field->element, element) != 0) {
    complain_at (reading, observation, _ ("没有这个数据元，或数据元标识符与栏目不符。"));
    return;
  }
  g_free (key);
  key = fz_exchange_key (field, index);
  if (fz_fields_has (reading->record, key)) {
    complain_at (reading, observation, _ ("同一栏目出现两次。"));
    return;
  }
  take_value (reading, field, index, value, NULL);
}

static void
take_organizer (Reading *reading, FzXml *entry, const char *section, guint index)
{
  FzXml *organizer = fz_xml_take (entry, "organizer"), *component;

  if (organizer == NULL) {
    complain_at (reading, entry, _ ("缺少 organizer。"));
    return;
  }
  fz_xml_take_attribute (organizer, "classCode");
  fz_xml_take_attribute (organizer, "moodCode");
  while ((component = fz_xml_take (organizer, "component")) != NULL)
    take_observation (reading, component, section, index);
}

/* What the section did not say was not recorded. */
static void
note_unsaid (Reading *reading, const char *section, guint n)
{
  for (guint i = 0; i < fz_exchange_map_get_n (reading->map); i++) {
    const FzExchangeField *field = fz_exchange_map_get (reading->map, i);

    if (field->xml != NULL || !g_str_equal (field->section, section))
      continue;
    for (guint k = 0; k < n; k++) {
      g_autofree char *key = fz_exchange_key (field, k), *missing = g_strconcat ("missing.", key, NULL);

      if (!fz_fields_has (reading->record, key) && !fz_fields_has (reading->record, missing))
        fz_fields_set (reading->record, missing, "not_recorded");
    }
  }
}

static void
take_section (Reading *reading, FzXml *component, GHashTable *seen)
{
  FzXml *section = fz_xml_take (component, "section"), *code = section != NULL ? fz_xml_take_next (section, "code") : NULL, *entry;
  const char *word = code != NULL ? fz_xml_take_attribute (code, "code") : NULL;
  gboolean known = FALSE, list;
  guint n = 0;

  if (code != NULL)
    fz_xml_take_attribute (code, "displayName");
  for (guint s = 0; word != NULL && s < fz_exchange_map_get_n_sections (reading->map); s++)
    known = known || g_str_equal (fz_exchange_map_get_section (reading->map, s), word);
  if (!known || !g_hash_table_add (seen, (gpointer) word)) {
    complain_at (reading, component, _ ("没有这个章节，或同一章节出现两次。"));
    return;
  }
  list = fz_exchange_map_is_list (reading->map, word);
  while ((entry = fz_xml_take (section, "entry")) != NULL) {
    if (list && n >= FZ_EXCHANGE_MOST) {
      complain_at (reading, entry, _ ("超过100项"));
      return;
    }
    if (list)
      take_organizer (reading, entry, word, n++);
    else
      take_observation (reading, entry, word, 0);
  }
  note_unsaid (reading, word, list ? n : 1);
}

static void
take_body (Reading *reading, FzXml *root)
{
  FzXml *component = fz_xml_take (root, "component"), *body = component != NULL ? fz_xml_take (component, "structuredBody") : NULL, *part;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (body == NULL) {
    complain_at (reading, root, _ ("缺少 structuredBody。"));
    return;
  }
  while ((part = fz_xml_take (body, "component")) != NULL)
    take_section (reading, part, seen);
  for (guint s = 0; s < fz_exchange_map_get_n_sections (reading->map); s++) {
    const char *section = fz_exchange_map_get_section (reading->map, s);

    if (!g_hash_table_contains (seen, section) && !fz_exchange_map_is_list (reading->map, section))
      note_unsaid (reading, section, 1);
  }
}

static void
take_frame (Reading *reading, FzXml *root)
{
  FzXml *type = fz_xml_take (root, "typeId"), *title = fz_xml_take (root, "title"), *language = fz_xml_take (root, "languageCode");
  FzXml *code = fz_xml_take (root, "code"), *secrecy = fz_xml_take (root, "confidentialityCode");
  const char *word = secrecy != NULL ? fz_xml_take_attribute (secrecy, "code") : NULL;

  if (type != NULL) {
    fz_xml_take_attribute (type, "root");
    fz_xml_take_attribute (type, "extension");
  }
  if (title != NULL)
    fz_xml_get_text (title);
  if (language != NULL)
    fz_xml_take_attribute (language, "code");
  if (code == NULL || g_strcmp0 (fz_xml_take_attribute (code, "code"), "C0002") != 0)
    complain_at (reading, root, _ ("不是门（急）诊病历（code 应为 C0002）。"));
  if (code != NULL)
    fz_xml_take_attribute (code, "displayName");
  if (g_strcmp0 (word, "masked") != 0 && g_strcmp0 (word, "full") != 0)
    complain_at (reading, root, _ ("confidentialityCode 应写明 full 或 masked。"));
  fz_fields_set_bool (reading->record, "masked", g_strcmp0 (word, "masked") == 0);
}

FzFields *
fz_exchange_read_xml (const FzExchangeMap *self, const void *bytes, gsize n, GPtrArray *problems)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzXml) root = fz_xml_parse (bytes, n, FZ_EXCHANGE_MAX_BYTES, &error);
  g_autoptr (FzFields) record = fz_fields_new (FZ_EXCHANGE_KIND);
  Reading reading = { self, record, problems };
  g_autofree char *left = NULL, *place = NULL;
  guint line = 0;

  if (root == NULL) {
    fz_exchange_complain (problems, "/", error->message);
    return NULL;
  }
  if (!g_str_equal (fz_xml_get_name (root), "ClinicalDocument") || g_strcmp0 (fz_xml_take_attribute (root, "xmlns"), SPACE) != 0) {
    complain_at (&reading, root, _ ("根元素应为 ClinicalDocument，命名空间应为 urn:hl7-org:v3。"));
    return NULL;
  }
  if (!has_constant (&reading, root, "templateId", "root", "2.16.156.10011.2.1.1.22"))
    return NULL;
  take_frame (&reading, root);
  take_head (&reading, root);
  take_body (&reading, root);
  left = problems->len == 0 ? fz_xml_dup_left (root, &line) : NULL;
  place = left != NULL ? place_at (line, left) : NULL;
  if (left != NULL)
    fz_exchange_complain (problems, place, _ ("不认识的内容。"));
  return g_steal_pointer (&record);
}
