// Imports: a file taken in, what became of its rows, and the empty table to begin with.
#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/jobs_api.hpp"
#include "server/http/pages.hpp"
#include "server/http/problem.hpp"
#include "server/jobs/import_columns.hpp"
#include "server/sheets/charset.hpp"
#include "server/sheets/template.hpp"
#include "server/store/jobs.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> outcomes{"MADE", "REPEATED", "FINE", "REFUSED"};

// One of a few words in the address; the first is meant where none is said.
std::string word(Query& query, const std::string& name, std::initializer_list<const char*> words) {
    const std::string said = query.text(name, 20);
    if (said.empty()) return *words.begin();
    if (std::ranges::find(words, said) == words.end()) query.add("UNKNOWN_VALUE", name, said);
    return said;
}

Reply no_such_import() { return refuse(404, "NOT_FOUND", "There is no such import."); }

struct Wanted {
    std::string format, language;
};

std::string template_file(const std::string& subject, const Wanted& wanted) {
    const bool zh = wanted.language == "zh";
    std::vector<sheets::Heading> headings;
    sheets::Notes notes{
        zh ? "填写说明" : "Notes", {zh ? "列" : "Column", zh ? "填写" : "What belongs there"}, {}};
    for (const auto& one : jobs::import_columns(subject)) {
        headings.push_back({std::string{zh ? one.name_zh : one.name}, sheets::Kind::text, 0, 18});
        std::string note{zh ? one.note_zh : one.note};
        if (one.needed) note = (zh ? "必填。" : "Needed. ") + note;
        notes.lines.push_back({headings.back().name, std::move(note)});
    }
    if (wanted.format == "xlsx")
        return sheets::xlsx_template(headings, zh ? "导入" : "Import", notes);
    std::string file;
    const auto writer =
        sheets::csv_writer(headings, [&file](std::string_view piece) { file.append(piece); });
    writer->finish();
    return file;
}

}  // namespace

Reply add_import(pqxx::work& db, const Call& call) {
    const std::string& subject = call.place("what");
    if (jobs::import_columns(subject).empty()) return no_such_import();
    if (subject == "manifests" && call.caller.role != manifest::Role::producer)
        return refuse(403, "ROLE", "Producers file manifests.");
    Query query{call.request};
    json asked{{"check", word(query, "check", {"false", "true"}) == "true"}};
    const std::string charset = query.text("charset", 20);
    if (!charset.empty()) asked["charset"] = charset;
    if (!charset.empty() && !sheets::charset_from_name(charset))
        query.add("UNKNOWN_VALUE", "charset", charset);
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const std::string& file = call.request.body;
    if (file.empty()) return unprocessable({fault("EMPTY_FILE", "")});
    if (file.size() > max_import_bytes)
        return refuse(413, "BODY_TOO_LARGE", "An import is at most 5 MiB.");
    return take_on(db, call, {"IMPORT", subject, asked.dump(), file});
}

Reply import_template(pqxx::work& /*db*/, const Call& call) {
    const std::string& subject = call.place("what");
    if (jobs::import_columns(subject).empty()) return no_such_import();
    Query query{call.request};
    const Wanted wanted{word(query, "format", {"xlsx", "csv"}),
                        word(query, "language", {"zh", "en"})};
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    Reply reply;
    reply.content_type = wanted.format == "csv"
                             ? "text/csv; charset=utf-8"
                             : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    reply.headers = {{"Content-Disposition",
                      "attachment; filename=\"import-" + subject + '.' + wanted.format + '"'}};
    reply.body = template_file(subject, wanted);
    return reply;
}

Reply import_rows(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const std::string outcome = query.text("outcome", 20);
    if (!outcome.empty() && std::ranges::find(outcomes, outcome) == outcomes.end())
        query.add("UNKNOWN_VALUE", "outcome", outcome);
    const auto after = static_cast<int>(query.integer("after", 0, 10'000'000, 0));
    const auto limit = static_cast<int>(query.integer("limit", 1, largest_page, usual_page));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::show_job(db, id)) return refuse(404, "NOT_FOUND");
    auto found = store::import_rows(db, id, outcome, after, limit + 1);
    json body{{"items", json::array()}, {"next", nullptr}};
    const bool more = found.size() > static_cast<std::size_t>(limit);
    if (more) found.pop_back();
    for (const auto& one : found) body["items"].push_back(json::parse(one));
    if (more) body["next"] = body["items"].back()["row"];
    return json_reply(body);
}

}  // namespace liuhen::server::http
