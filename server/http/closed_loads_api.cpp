// Where a load went that an authority closed under way: the carrier's book has it until it is said.
#include "manifest/guards.hpp"
#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/containers_api.hpp"
#include "server/http/problem.hpp"
#include "server/json/fields.hpp"
#include "server/ledger.hpp"
#include "server/store/inbox.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace liuhen::server::http {
namespace {

using manifest::Manifest;
using manifest::custody::Ending;
using nlohmann::json;

// Back in the producer's book wherever it stands, with its receiver, or gone.
constexpr std::array<std::string_view, 3> outcomes{"RETURNED", "RECEIVED", "LOST"};

struct Settlement {
    std::string outcome;
    std::optional<Grams> found;
    Instant at;
    std::string reason;
};

Settlement read_settlement(Fields& form, const Call& call) {
    Settlement said;
    said.outcome = form.one_of("outcome", outcomes, Need::required);
    said.found = form.weight("found");
    said.at = form.instant("at").value_or(call.now);
    said.reason = form.text("reason", {5, 500}, Need::required);
    if (said.at > call.now + manifest::guards::clock_tolerance)
        form.add("TIME_IN_FUTURE", "at", to_iso(said.at));
    if (said.found && said.outcome == "LOST")
        form.add("EXCLUSIVE", "found_g", std::to_string(said.found->value));
    form.finish();
    return said;
}

}  // namespace

Reply settle_closed_load(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const auto said = read_settlement(form, call);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const ManifestId id{call.place("id")};
    const auto closed = is_uuid(id.text) ? store::find_manifest(db, id) : std::nullopt;
    if (!closed) return refuse(404, "NOT_FOUND");
    if (closed->state != manifest::State::closed_by_authority)
        return refuse(409, "ILLEGAL_STATE", "No authority has closed this manifest.");
    if (closed->closed_at && said.at < *closed->closed_at)
        return unprocessable({fault("TIME_ORDER", "/at", to_iso(said.at))});
    const Grams sent = outstanding(db, *closed, call.now);
    if (sent <= Grams{})
        return refuse(409, "NOTHING_OUTSTANDING", "No carrier's book has anything of this load.");
    if (said.found && *said.found > sent)
        return unprocessable({fault("OUT_OF_RANGE", "/found_g", std::to_string(sent.value))});
    const Grams found = said.outcome == "LOST" ? Grams{} : said.found.value_or(sent);
    const auto book = said.outcome == "RECEIVED" ? Ending::Book::receiver : Ending::Book::producer;
    settle_closed(db, *closed, {book, found, said.at},
                  {said.reason, call.caller.token_id, call.caller.person}, call.now);
    store::tell_organisations(db, *closed, "CLOSED_LOAD_SETTLED", call.now);
    return json_reply(json{{"manifest", closed->id.text},
                           {"outcome", said.outcome},
                           {"outstanding_g", sent.value},
                           {"found_g", found.value},
                           {"lost_g", (sent - found).value},
                           {"at", to_iso(said.at)},
                           {"reason", said.reason}},
                      201);
}

}  // namespace liuhen::server::http
