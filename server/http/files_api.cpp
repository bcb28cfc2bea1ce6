// Files that organisations send as proof: taken in, handed out, and listed by manifest.
#include "manifest/codes.hpp"
#include "server/crypto.hpp"
#include "server/file_type.hpp"
#include "server/history/digest.hpp"
#include "server/http/api.hpp"
#include "server/http/pages.hpp"
#include "server/http/problem.hpp"
#include "server/http/rates.hpp"
#include "server/json/fields.hpp"
#include "server/json/file_json.hpp"
#include "server/store/files.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <array>
#include <charconv>

namespace liuhen::server::http {
namespace {

constexpr std::array<std::string_view, 3> kinds{"PHOTO", "SCAN", "REPORT"};
constexpr std::size_t longest_proof = 200;           ///< code points
constexpr std::int64_t bytes_a_day = 2'147'483'648;  ///< 2 GiB of one organisation
constexpr std::chrono::hours day{24};

std::optional<double> degrees(Query& query, const std::string& name, double most) {
    const std::string text = query.text(name, 24);
    if (text.empty()) return std::nullopt;
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, value);
    const bool number = error == std::errc{} && last == end;
    if (number && value >= -most && value <= most) return value;
    query.add(number ? "OUT_OF_RANGE" : "WRONG_TYPE", name, text);
    return std::nullopt;
}

// What is said of the file stands in the address, since the body is the file.
store::FileWords read_words(Query& query, const Call& call) {
    store::FileWords words;
    words.kind = query.text("kind", 20);
    if (!words.kind.empty() && std::ranges::find(kinds, words.kind) == kinds.end())
        query.add("UNKNOWN_VALUE", "kind", words.kind);
    const std::string proves = query.text("proves", 4 * longest_proof);  // bytes of UTF-8
    Faults faults;
    words.proves = sound_text(proves, {0, longest_proof}, "", faults).value_or(std::string{});
    if (!faults.empty()) query.add(faults.front().code, "proves", proves);
    words.taken_at = query.instant("taken_at");
    if (words.taken_at && *words.taken_at > call.now + std::chrono::minutes{5})
        query.add("TIME_IN_FUTURE", "taken_at", to_iso(*words.taken_at));
    const auto lat = degrees(query, "lat", 90);
    const auto lon = degrees(query, "lon", 180);
    if (lat && lon) words.where = LatLon{*lat, *lon};
    if (lat && call.request.parameter("lon").empty()) query.add("MISSING", "lon");
    if (lon && call.request.parameter("lat").empty()) query.add("MISSING", "lat");
    return words;
}

Reply told(const store::StoredFile& file, unsigned status) {
    Reply reply = json_reply(to_json(file), status);
    reply.headers.emplace_back("Location", "/v1/files/" + file.id);
    return reply;
}

}  // namespace

Reply add_file(pqxx::work& db, const Call& call) {
    const std::string& bytes = call.request.body;
    const auto type = file_type_of(bytes);
    if (!type) return refuse(415, "FILE_TYPE", "A file is a JPEG or PNG picture, or a PDF.");
    Query query{call.request};
    const auto words = read_words(query, call);
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const PartyId& party = call.caller.party;
    const std::string id = sha256_hex(bytes);
    if (const auto known = store::find_own_file(db, party, id)) return told(*known, 200);
    const auto sent = store::bytes_sent_since(db, party, call.now - day);
    if (sent + static_cast<std::int64_t>(bytes.size()) > bytes_a_day)
        return slow_down("FILE_QUOTA", "Your organisation has sent 2 GiB of files within a day.",
                         std::chrono::hours{1});
    store::keep_file(db, {party, call.caller.person, call.caller.token_id, call.now},
                     {id, bytes, content_type(*type)}, words);
    return told(*store::find_own_file(db, party, id), 201);
}

Reply file_content(pqxx::work& db, const Call& call) {
    const auto file = store::find_file(db, call.place("id"));
    if (!file) return refuse(404, "NOT_FOUND");
    const auto type = file_type_from_content_type(file->content_type);
    const std::string ending{type ? file_ending(*type) : "bin"};
    Reply reply;
    reply.content_type = file->content_type;
    reply.headers = {
        {"ETag", '"' + file->id + '"'},
        {"Cache-Control", "private, no-cache"},
        {"Content-Disposition", "attachment; filename=\"" + file->id + '.' + ending + '"'},
        {"Content-Security-Policy", "default-src 'none'; sandbox"}};
    if (call.request.header("if-none-match").find('"' + file->id + '"') != std::string::npos)
        reply.status = 304;
    else
        reply.body = store::file_bytes(db, file->id);
    return reply;
}

Reply manifest_files(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const std::string after = query.text("after", 64);
    if (!after.empty() && !history::digest_from_hex(after)) query.add("BAD_CURSOR", "after", after);
    const auto limit = static_cast<int>(query.integer("limit", 1, largest_page, usual_page));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto found = is_uuid(id) ? store::find_manifest(db, {id}) : std::nullopt;
    if (!found) return refuse(404, "NOT_FOUND");
    store::PageOf page;
    page.limit = limit + 1;
    return page_reply(store::files_of_manifest(db, found->id, after, page.limit), page,
                      [](const auto& file) { return to_json(file); });
}

}  // namespace liuhen::server::http
