#include "server/http/files.h"

#include <dirent.h>

#include "core/base/assert.h"
#include "server/http/negotiate.h"
#include "server/http/reply.h"
#include "server/sys/file.h"
#include "server/sys/mem.h"

enum {
  ADDRESS_BYTES = 256,
  PATH_BYTES = PAT_PATH_BYTES_MAX + 1,
  ASSET_TEXT_BYTES_MIN = 27,
  LOG_NUMBER_BYTES_MAX = 18 /* digits: fits in 63 bits */
};

typedef enum { AS_IT_IS = 0, BROTLI, GZIP, CODING_COUNT } coding;

static const struct {
  const char *name;
  const char *ending;
} codings[CODING_COUNT] = {{"", ""}, {"br", ".br"}, {"gzip", ".gz"}};

typedef struct {
  char address[ADDRESS_BYTES];
  const char *type;
  bool immutable;
  struct {
    pat_blob bytes; /* absent where there is none of that coding */
    char etag[PAT_HTTP_ETAG_BYTES];
  } as[CODING_COUNT];
} file;

struct pat_http_files {
  file items[PAT_PORTAL_FILES_MAX];
  size_t count;
  const file *page;
};

static bool ends_with(pat_span text, const char *ending) {
  pat_span wanted = pat_span_text(ending);
  if (text.size <= wanted.size) return false;
  return pat_span_equal(pat_span_slice(text, text.size - wanted.size, wanted.size), wanted);
}

/* NULL where the ending is not known. */
static const char *type_of(pat_span name) {
  static const struct {
    const char *ending;
    const char *type;
  } types[] = {
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},   {".svg", "image/svg+xml"},
      {".wasm", "application/wasm"},         {".png", "image/png"},
      {".txt", "text/plain; charset=utf-8"}, {".woff2", "font/woff2"},
      {".json", "application/json"},         {".ico", "image/x-icon"},
      {".webmanifest", "application/json"},
  };
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
    if (ends_with(name, types[i].ending)) return types[i].type;
  }
  return NULL;
}

static bool is_letter_or_digit(uint8_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_plain_name(pat_span name) {
  for (size_t i = 0; i < name.size; i++) {
    uint8_t c = name.data[i];
    if (!is_letter_or_digit(c) && c != '.' && c != '-' && c != '_') return false;
  }
  return name.size > 0 && name.data[0] != '.';
}

static bool is_compressed(pat_span name) {
  return ends_with(name, codings[BROTLI].ending) || ends_with(name, codings[GZIP].ending);
}

/* Writes the texts one behind the other, NUL-terminated. */
static pat_status join(const char *first, const char *second, char *ret_text, size_t capacity) {
  pat_builder builder;
  pat_span text = PAT_SPAN_EMPTY;
  pat_builder_init(&builder, ret_text, capacity - 1);
  pat_builder_text(&builder, first);
  pat_builder_text(&builder, second);
  PAT_REQUIRE(pat_is_ok(pat_builder_finish(&builder, &text)), FILE_PATH);
  ret_text[text.size] = '\0';
  return PAT_OK;
}

/* Reads one form of a file. That a compressed one is missing is no failure. */
static pat_status read_form(const char *path, coding form, file *item, pat_err *reterr) {
  char whole[PATH_BYTES] = {0};
  bool is_there = form == AS_IT_IS;
  PAT_TRY(join(path, codings[form].ending, whole, sizeof(whole)));
  if (!is_there) PAT_TRY(pat_file_exists(whole, &is_there, reterr));
  if (!is_there) return PAT_OK;
  PAT_TRY(pat_file_read(whole, PAT_PORTAL_FILE_BYTES_MAX, &item->as[form].bytes, reterr));
  pat_http_etag(pat_blob_span(item->as[form].bytes), item->as[form].etag);
  return PAT_OK;
}

/* Adds a file. Where one of its forms cannot be read, the table is closed by the caller. */
static pat_status add(pat_http_files *files, const char *path, const char *address,
                      pat_err *reterr) {
  PAT_REQUIRE_AT(files->count < PAT_PORTAL_FILES_MAX, HTTP_FILES, reterr, 0, address);
  file *item = &files->items[files->count++];
  PAT_TRY(join(address, "", item->address, sizeof(item->address)));
  item->immutable = pat_span_starts_with(pat_span_text(address), PAT_SPAN_LITERAL("/assets/"));
  for (unsigned form = AS_IT_IS; form < CODING_COUNT; form++) {
    PAT_TRY(read_form(path, (coding)form, item, reterr));
  }
  return PAT_OK;
}

/* A folder of the portal, and what stands before the names of its files in their addresses. */
typedef struct {
  const char *path;
  const char *prefix;
} folder;

static pat_status add_named(pat_http_files *files, const folder *from, const char *name,
                            pat_err *reterr) {
  pat_span text = pat_span_text(name);
  PAT_REQUIRE_AT(is_plain_name(text), HTTP_FILES, reterr, 0, name);
  if (is_compressed(text)) return PAT_OK; /* taken with the file that it is a form of */
  PAT_REQUIRE_AT(type_of(text) != NULL, HTTP_FILES, reterr, 0, name);
  char path[PATH_BYTES] = {0};
  char address[ADDRESS_BYTES] = {0};
  PAT_TRY(pat_file_join(from->path, name, path, sizeof(path)));
  PAT_TRY(join(from->prefix, name, address, sizeof(address)));
  PAT_TRY(add(files, path, address, reterr));
  files->items[files->count - 1].type = type_of(text);
  return PAT_OK;
}

static void close_directory(DIR **directory) {
  if (*directory != NULL) (void)closedir(*directory);
}

/* Folders are passed over: only "assets" is looked into, by name. */
static pat_status add_folder(pat_http_files *files, const folder *from, pat_err *reterr) {
  PAT_CLEANUP(close_directory) DIR *directory = opendir(from->path);
  PAT_REQUIRE_AT(directory != NULL, FILE_MISSING, reterr, 0, from->path);
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    if (entry->d_type == DT_DIR) continue;
    PAT_TRY(add_named(files, from, entry->d_name, reterr));
  }
  return PAT_OK;
}

static const file *find(const pat_http_files *files, pat_span address) {
  for (size_t i = 0; i < files->count; i++) {
    if (pat_span_equal(pat_span_text(files->items[i].address), address)) return &files->items[i];
  }
  return NULL;
}

static pat_status add_all(const pat_http_files_source *source, pat_http_files *files,
                          pat_err *reterr) {
  char assets[PATH_BYTES] = {0};
  PAT_TRY(pat_file_join(source->directory, "assets", assets, sizeof(assets)));
  PAT_TRY(add_folder(files, &(folder){source->directory, "/"}, reterr));
  PAT_TRY(add_folder(files, &(folder){assets, "/assets/"}, reterr));
  files->page = find(files, PAT_SPAN_LITERAL("/index.html"));
  PAT_REQUIRE_AT(files->page != NULL, HTTP_FILES, reterr, 0, "index.html");
  if (source->policy == NULL) return PAT_OK;
  PAT_TRY(add(files, source->policy, "/portal/policy", reterr));
  files->items[files->count - 1].type = "text/plain; charset=utf-8";
  return PAT_OK;
}

pat_status pat_http_files_open(const pat_http_files_source *source, pat_http_files **ret_files,
                               pat_err *reterr) {
  pat_http_files *files = pat_mem_new(sizeof(*files));
  PAT_REQUIRE(files != NULL, LIMIT_MEMORY);
  pat_status status = add_all(source, files, reterr);
  if (!pat_is_ok(status)) {
    pat_http_files_close(files);
    return status;
  }
  *ret_files = files;
  return PAT_OK;
}

void pat_http_files_close(pat_http_files *files) {
  if (files == NULL) return;
  for (size_t i = 0; i < files->count; i++) {
    for (unsigned form = AS_IT_IS; form < CODING_COUNT; form++) {
      pat_blob_clear(&files->items[i].as[form].bytes);
    }
  }
  pat_mem_free(files);
}

static pat_span without_ending(pat_span text, const char *ending) {
  if (!ends_with(text, ending)) return text;
  return pat_span_slice(text, 0, text.size - pat_span_text(ending).size);
}

/* An asset's page or its certificate: "/a/" and what may be an asset's number. */
static bool is_asset_page(pat_span path) {
  if (!pat_span_starts_with(path, PAT_SPAN_LITERAL("/a/"))) return false;
  pat_span id = without_ending(pat_span_slice(path, 3, path.size - 3), "/certificate");
  if (id.size < ASSET_TEXT_BYTES_MIN || id.size > PAT_BASE32_TEXT_BYTES_MAX) return false;
  for (size_t i = 0; i < id.size; i++) {
    uint8_t c = id.data[i];
    bool is_symbol = c == '-' || c == '*' || c == '~' || c == '$' || c == '=';
    if (!is_letter_or_digit(c) && !is_symbol) return false;
  }
  return true;
}

static bool is_hex(pat_span text) {
  for (size_t i = 0; i < text.size; i++) {
    uint8_t c = text.data[i];
    if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
  }
  return true;
}

static bool is_number(pat_span text) {
  for (size_t i = 0; i < text.size; i++) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
  }
  return text.size > 0 && text.size <= LOG_NUMBER_BYTES_MAX;
}

/* What follows the prefix; empty where it is another path. */
static pat_span after(pat_span path, pat_span prefix) {
  if (!pat_span_starts_with(path, prefix)) return PAT_SPAN_EMPTY;
  return pat_span_slice(path, prefix.size, path.size - prefix.size);
}

/* An entry of the log, "/log/7"; a tile, "/log/tile/0/7"; a source, "/source/" and its id. */
static bool is_log_page(pat_span path) {
  pat_span source = after(path, PAT_SPAN_LITERAL("/source/"));
  if (source.size == 2 * (size_t)PAT_HASH_BYTES) return is_hex(source);
  pat_span tile = after(path, PAT_SPAN_LITERAL("/log/tile/"));
  if (tile.size > 2 && tile.data[1] == '/') {
    return is_number(pat_span_slice(tile, 0, 1)) &&
           is_number(pat_span_slice(tile, 2, tile.size - 2));
  }
  return is_number(after(path, PAT_SPAN_LITERAL("/log/")));
}

static bool is_page(pat_span path) {
  static const char *const pages[] = {"/", "/check", "/trust", "/design", "/log"};
  for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
    if (pat_span_equal(pat_span_text(pages[i]), path)) return true;
  }
  return is_asset_page(path) || is_log_page(path);
}

static coding coding_for(const file *found, const pat_http_head *head) {
  for (unsigned form = BROTLI; form < CODING_COUNT; form++) {
    bool is_there = pat_blob_is_set(found->as[form].bytes);
    if (is_there && pat_http_accepts_coding(head, codings[form].name)) return (coding)form;
  }
  return AS_IT_IS;
}

bool pat_http_files_find(const pat_http_files *files, const pat_http_head *head,
                         pat_http_file_answer *ret_answer) {
  const file *found = is_page(head->path) ? files->page : find(files, head->path);
  unsigned status = found == NULL ? 404 : 200;
  if (found == NULL && !pat_http_accepts_page(head)) return false;
  if (found == NULL) found = files->page;
  PAT_ASSERT(found != NULL); /* opening asks for the page */
  coding form = coding_for(found, head);
  const char *etag = found->as[form].etag;
  if (status == 200 && pat_http_has_etag(head, pat_span_text(etag))) status = 304;
  *ret_answer = (pat_http_file_answer){
      .status = status,
      .type = found->type,
      .coding = codings[form].name,
      .etag = status == 404 ? "" : etag,
      .immutable = found->immutable && status != 404,
      .body = pat_blob_span(found->as[form].bytes),
  };
  return true;
}

void pat_http_files_security(pat_builder *builder) {
  pat_builder_text(
      builder,
      "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
      "style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
      "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
      "trusted-types patina-worker\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\n"
      "Permissions-Policy: camera=(self), geolocation=(), microphone=(), payment=(), usb=()\r\n");
}
