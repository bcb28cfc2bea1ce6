// The forms that codes on labels may have: shown to everybody, entered by the operator.
#include "server/http/body.hpp"
#include "server/http/containers_api.hpp"
#include "server/http/problem.hpp"
#include "server/json/fields.hpp"
#include "server/store/scans.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::http {
namespace {

constexpr std::size_t most_patterns = 20;

nlohmann::json shown(pqxx::work& db) { return {{"patterns", store::pattern_texts(db)}}; }

}  // namespace

Reply list_tag_patterns(pqxx::work& db, const Call& /*call*/) { return json_reply(shown(db)); }

Reply put_tag_patterns(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const auto patterns = form.texts("patterns", most_patterns, {5, 120}, Need::required);
    form.finish();
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        const auto at = pointer_to("/patterns", i);
        if (!manifest::custody::parse_pattern(patterns[i]))
            faults.push_back(fault("BAD_PATTERN", at, patterns[i]));
        const auto here = patterns.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(patterns.begin(), here, patterns[i]) != here)
            faults.push_back(fault("DUPLICATE", at, patterns[i]));
    }
    if (!faults.empty()) return unprocessable(std::move(faults));
    store::put_tag_patterns(db, patterns);
    return json_reply(shown(db));
}

}  // namespace liuhen::server::http
