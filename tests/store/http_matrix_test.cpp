// Who may call what: role and rank against every route, written down here by hand. A route without
// a row, or a row without a route, fails.
#include "server/http/routes.hpp"
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace {

using namespace liuhen;
using liuhen::test::Valley;
namespace http = liuhen::server::http;

// p producer, c carrier, d driver, r receiver, g regulator, l police, o operator; none: open.
struct Row {
    std::string_view route, roles;
    std::string_view least = "";  // rank; empty: open
};
constexpr Row matrix[] = {
    {"GET /livez", ""},
    {"GET /readyz", ""},
    {"GET /metrics", ""},
    {"GET /openapi.json", ""},
    {"GET /docs", ""},
    {"GET /r/{code}", ""},
    {"GET /r/page/{page}", ""},
    {"GET /r/page/{page}/print", ""},
    {"GET /.well-known/oauth-authorization-server", ""},
    {"POST /oauth/token", ""},
    {"POST /oauth/revoke", ""},
    {"POST /oauth/introspect", ""},
    {"POST /v1/login", ""},

    {"POST /v1/logout", "pcdrglo", "reader"},
    {"POST /v1/password", "pcdrglo", "reader"},
    {"GET /v1/me", "pcdrglo", "reader"},
    {"GET /v1/sessions", "pcdrglo", "reader"},
    {"DELETE /v1/sessions/{id}", "pcdrglo", "reader"},

    {"GET /v1/members", "pcrglo", "admin"},
    {"POST /v1/members", "pcrglo", "admin"},
    {"POST /v1/members/{id}", "pcrglo", "admin"},
    {"GET /v1/clients", "pcrglo", "admin"},
    {"POST /v1/clients", "pcrglo", "admin"},
    {"DELETE /v1/clients/{id}", "pcrglo", "admin"},
    {"GET /v1/identity-providers", "o", "admin"},
    {"POST /v1/identity-providers", "o", "admin"},
    {"PUT /v1/identity-providers/{id}", "o", "admin"},
    {"DELETE /v1/identity-providers/{id}", "o", "admin"},
    {"GET /v1/webhooks", "pcrglo", "admin"},
    {"POST /v1/webhooks", "pcrglo", "admin"},
    {"GET /v1/webhooks/{id}", "pcrglo", "admin"},
    {"PUT /v1/webhooks/{id}", "pcrglo", "admin"},
    {"DELETE /v1/webhooks/{id}", "pcrglo", "admin"},
    {"POST /v1/webhooks/{id}/secret", "pcrglo", "admin"},
    {"POST /v1/webhooks/{id}/pause", "pcrglo", "admin"},
    {"POST /v1/webhooks/{id}/resume", "pcrglo", "admin"},
    {"POST /v1/webhooks/{id}/ping", "pcrglo", "admin"},
    {"GET /v1/webhooks/{id}/tries", "pcrglo", "admin"},
    {"GET /v1/webhooks/{id}/dead-letters", "pcrglo", "admin"},
    {"POST /v1/webhooks/{id}/dead-letters/{letter}/resend", "pcrglo", "admin"},
    {"GET /v1/delegations", "pcro", "reader"},
    {"POST /v1/delegations", "pcr", "admin"},
    {"DELETE /v1/delegations/{id}", "pcro", "admin"},
    {"GET /v1/rule-sets", "o", "reader"},
    {"POST /v1/rule-sets", "o", "admin"},
    {"GET /v1/rule-sets/{id}", "o", "reader"},
    {"POST /v1/rule-sets/{id}/put-in-force", "o", "admin"},
    {"GET /v1/tokens", "o", "admin"},
    {"POST /v1/tokens", "o", "admin"},
    {"DELETE /v1/tokens/{id}", "o", "admin"},

    {"GET /v1/status", "go", "reader"},
    {"GET /v1/parties", "pcdrglo", "reader"},
    {"POST /v1/parties", "o", "member"},
    {"GET /v1/parties/{id}", "pcdrglo", "reader"},
    {"PUT /v1/parties/{id}", "pcro", "admin"},
    {"GET /v1/parties/{id}/history", "pcrglo", "reader"},
    {"POST /v1/parties/{id}/close", "o", "member"},
    {"GET /v1/sites", "pcdrglo", "reader"},
    {"POST /v1/sites", "o", "member"},
    {"GET /v1/routes", "pcdrglo", "reader"},
    {"POST /v1/routes", "cgo", "member"},
    {"POST /v1/routes/learnt", "cgo", "member"},
    {"GET /v1/routes/{id}", "pcdrglo", "reader"},
    {"POST /v1/routes/{id}/versions", "cgo", "member"},
    {"GET /v1/routes/{id}/versions/{version}", "pcdrglo", "reader"},
    {"POST /v1/routes/{id}/versions/{version}/approve", "go", "member"},
    {"POST /v1/routes/{id}/versions/{version}/withdraw", "go", "member"},
    {"POST /v1/routes/{id}/diversions", "go", "member"},
    {"POST /v1/routes/{id}/diversions/{diversion}/end", "go", "member"},
    {"GET /v1/vehicles", "cdglo", "reader"},
    {"POST /v1/vehicles", "o", "member"},
    {"GET /v1/terminals", "go", "reader"},
    {"POST /v1/terminals", "o", "member"},
    {"GET /v1/terminals/{id}", "go", "reader"},
    {"POST /v1/terminals/{id}", "o", "member"},
    {"GET /v1/terminals/{id}/diagnosis", "o", "reader"},
    {"POST /v1/terminals/{id}/reset-registration", "o", "member"},
    {"GET /v1/profiles", "go", "reader"},
    {"GET /v1/locks", "go", "reader"},
    {"POST /v1/locks", "o", "member"},
    {"GET /v1/bindings", "go", "reader"},
    {"POST /v1/bindings", "o", "member"},
    {"POST /v1/bindings/{id}/end", "o", "member"},

    {"GET /v1/manifests", "pcdrglo", "reader"},
    {"POST /v1/manifests", "p", "member"},
    {"GET /v1/manifests/{id}", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/print", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/roadside-code", "pcdrglo", "reader"},
    {"DELETE /v1/manifests/{id}/roadside-code", "pcdrgl", "member"},
    {"GET /v1/manifests/{id}/roadside-openings", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/track", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/notices", "pcdrglo", "reader"},
    {"POST /v1/manifests/{id}/notices", "cd", "member"},
    {"GET /v1/manifests/{id}/media", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/documents", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/files", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/custody", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/route", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/meter-entries", "pcdrglo", "reader"},
    {"POST /v1/manifests/{id}/meter-entries", "pr", "member"},
    {"GET /v1/manifests/{id}/scans", "pcdrglo", "reader"},
    {"POST /v1/manifests/{id}/scans", "pcdrgl", "member"},
    {"POST /v1/manifests/{id}/closed-load", "go", "member"},
    {"POST /v1/manifests/{id}/swaps", "g", "member"},
    {"POST /v1/manifests/{id}/{event}", "pcdrgl", "member"},
    {"POST /v1/manifests/batch", "pcdr", "member"},

    {"POST /v1/manifests/{id}/signature-codes", "pdr", "member"},
    {"POST /v1/manifests/{id}/signatures", "pcdr", "member"},
    {"GET /v1/signature-codes", "pcdr", "reader"},
    {"DELETE /v1/signature-codes/{id}", "pcdr", "member"},
    {"POST /v1/signature-sheets", "pr", "admin"},
    {"GET /v1/signature-locks", "pcr", "admin"},
    {"DELETE /v1/signature-locks", "pcr", "admin"},

    {"GET /v1/manifests/{id}/history", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/versions/{version}", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/proof", "pcdrglo", "reader"},
    {"GET /v1/manifests/{id}/quotas", "pcdrglo", "reader"},
    {"GET /v1/history/key", "pcdrglo", "reader"},

    {"GET /v1/containers", "pcdrglo", "reader"},
    {"POST /v1/containers", "pr", "member"},
    {"GET /v1/containers/{id}", "pcdrglo", "reader"},
    {"POST /v1/containers/{id}/movements", "pr", "member"},
    {"GET /v1/containers/{id}/trace", "pcdrglo", "reader"},
    {"GET /v1/containers/{id}/label", "pr", "reader"},
    {"POST /v1/container-labels", "pr", "member"},
    {"GET /v1/tag-patterns", "pcdrglo", "reader"},
    {"PUT /v1/tag-patterns", "o", "member"},
    {"GET /v1/ledger/stock", "pcdrglo", "reader"},
    {"GET /v1/ledger/balance", "pcdrglo", "reader"},
    {"GET /v1/ledger/mass-balance", "pcdrglo", "reader"},
    {"GET /v1/ledger/batches", "pcdrglo", "reader"},

    {"GET /v1/changes", "pcrglo", "reader"},
    {"POST /v1/imports/{what}", "pr", "member"},
    {"GET /v1/imports/{what}/template", "pr", "reader"},
    {"POST /v1/registers/{what}", "pcdrglo", "member"},
    {"GET /v1/jobs", "pcdrglo", "reader"},
    {"GET /v1/jobs/{id}", "pcdrglo", "reader"},
    {"GET /v1/jobs/{id}/rows", "pr", "reader"},
    {"POST /v1/jobs/{id}/cancel", "pcdrglo", "member"},
    {"POST /v1/jobs/{id}/links", "pcdrglo", "member"},
    {"GET /v1/downloads/{token}", ""},

    {"GET /v1/inbox", "pcdrglo", "reader"},
    {"POST /v1/inbox/{id}/read", "pcdrglo", "member"},

    {"GET /v1/national-reports", "go", "reader"},
    {"POST /v1/national-reports/{id}/resend", "o", "member"},
    {"POST /v1/national-reports/{id}/set-aside", "o", "member"},

    {"GET /v1/plans", "pglo", "reader"},
    {"POST /v1/plans", "p", "member"},
    {"GET /v1/plans/{id}", "pglo", "reader"},
    {"GET /v1/plans/{id}/history", "pglo", "reader"},
    {"POST /v1/plans/{id}/{event}", "p", "member"},
    {"GET /v1/licences", "pcdrglo", "reader"},
    {"POST /v1/licences", "go", "member"},
    {"GET /v1/licences/{id}", "pcdrglo", "reader"},
    {"GET /v1/licences/{id}/history", "pcdrglo", "reader"},
    {"POST /v1/licences/{id}/{event}", "go", "member"},
    {"GET /v1/approvals", "prglo", "reader"},
    {"POST /v1/approvals", "p", "member"},
    {"GET /v1/approvals/{id}", "prglo", "reader"},
    {"GET /v1/approvals/{id}/history", "prglo", "reader"},
    {"POST /v1/approvals/{id}/{step}", "pg", "member"},
    {"GET /v1/supervision-tasks", "prglo", "reader"},
    {"GET /v1/quotas/{quota}/entries", "prglo", "reader"},

    {"GET /v1/waste-lists", "pcdrglo", "reader"},
    {"PUT /v1/waste-lists/{edition}", "o", "member"},
    {"GET /v1/waste-codes", "pcdrglo", "reader"},
    {"GET /v1/calendars/{year}", "pcdrglo", "reader"},
    {"PUT /v1/calendars/{year}", "o", "member"},
    {"GET /v1/scales", "prglo", "reader"},
    {"POST /v1/scales", "go", "member"},
    {"DELETE /v1/scales/{id}", "go", "member"},
    {"GET /v1/transport-permits", "cglo", "reader"},
    {"POST /v1/transport-permits", "go", "member"},
    {"DELETE /v1/transport-permits/{id}", "go", "member"},
    {"GET /v1/vehicle-permits", "cglo", "reader"},
    {"POST /v1/vehicle-permits", "go", "member"},
    {"DELETE /v1/vehicle-permits/{id}", "go", "member"},
    {"GET /v1/crew-certificates", "cglo", "reader"},
    {"POST /v1/crew-certificates", "go", "member"},
    {"DELETE /v1/crew-certificates/{id}", "go", "member"},
    {"POST /v1/person-lookups", "gl", "member"},
    {"GET /v1/due-times", "pcdrglo", "reader"},
    {"POST /v1/weighings", "r", "member"},

    {"GET /v1/terminals/{id}/orders", "cglo", "reader"},
    {"POST /v1/terminals/{id}/orders", "cglo", "member"},
    {"GET /v1/orders/{id}", "cglo", "reader"},
    {"POST /v1/orders/{id}/cancel", "cglo", "member"},
    {"POST /v1/locks/{id}/secret", "o", "member"},
    {"POST /v1/locks/{id}/unlock", "pcdrglo", "member"},
    {"POST /v1/locks/{id}/one-time-password", "pcdrglo", "member"},
    {"POST /v1/vehicles/{id}/doors", "pcdrglo", "member"},
    {"POST /v1/vehicles/{id}/inspections", "gl", "member"},

    {"GET /v1/vehicles/{id}/track", "cglo", "reader"},
    {"GET /v1/vehicles/{id}/media", "cdglo", "reader"},
    {"GET /v1/vehicles/{id}/documents", "cdglo", "reader"},
    {"GET /v1/vehicles/{id}/drivers", "cglo", "reader"},
    {"GET /v1/media/{id}", "pcdrglo", "reader"},
    {"GET /v1/media/{id}/content", "pcdrglo", "reader"},
    {"POST /v1/files", "pcdr", "member"},
    {"GET /v1/files/{id}", "pcdrglo", "reader"},
    {"GET /v1/checkpoint", "gl", "reader"},
    {"GET /v1/trace", "gl", "reader"},
    {"POST /v1/trace/upstream", "gl", "member"},
    {"POST /v1/camera-passages", "lo", "member"},
    {"GET /v1/suspect-places", "glo", "reader"},
    {"GET /v1/suspect-places/{id}", "glo", "reader"},
    {"POST /v1/suspect-places/{id}/review", "g", "member"},

    {"GET /v1/alerts", "cglo", "reader"},
    {"GET /v1/alerts/stream", "cglo", "reader"},
    {"GET /v1/alerts/{alert}", "cglo", "reader"},
    {"POST /v1/alerts/{alert}/ack", "g", "member"},
    {"POST /v1/alerts/{alert}/close", "g", "member"},
};

constexpr std::array roles{std::pair{'p', "producer"},  std::pair{'c', "carrier"},
                           std::pair{'d', "driver"},    std::pair{'r', "receiver"},
                           std::pair{'g', "regulator"}, std::pair{'l', "police"},
                           std::pair{'o', "operator"}};
constexpr std::array ranks{"reader", "member", "admin"};

Valley& valley() {
    static Valley one;
    return one;
}

std::string name_of(const http::Route& route) {
    return std::string{http::code(route.verb)} + ' ' + std::string{route.path};
}

const Row* row_of(const http::Route& route) {
    const auto* const found = std::ranges::find(matrix, name_of(route), &Row::route);
    return found == std::end(matrix) ? nullptr : found;
}

std::size_t height(std::string_view rank) {
    return static_cast<std::size_t>(std::ranges::find(ranks, rank) - ranks.begin());
}

// A path of the table with places filled in by names that nothing has.
std::string filled(std::string path) {
    for (const auto& [place, value] :
         std::map<std::string, std::string>{{"{id}", "00000000-0000-7000-8000-000000000000"},
                                            {"{event}", "submit"},
                                            {"{step}", "review"},
                                            {"{version}", "1"},
                                            {"{edition}", "2021"},
                                            {"{year}", "2026"},
                                            {"{quota}", "1"},
                                            {"{alert}", "nothing.ROUTE_DEVIATION.1"}}) {
        const auto at = path.find(place);
        if (at != std::string::npos) path.replace(at, place.size(), value);
    }
    return path;
}

test::WebReply ask(const http::Route& route, const std::string& token) {
    // A stream never ends; its head says who may have it.
    const bool stream = route.path == "/v1/alerts/stream";
    const std::string verb = stream ? "HEAD" : std::string{http::code(route.verb)};
    return valley().house.web(token).send(verb, filled(std::string{route.path}));
}

std::string token_of(const std::string& role, const std::string& rank) {
    const std::string party = role == "driver"                ? valley().party.at("carrier")
                              : valley().party.contains(role) ? valley().party.at(role)
                                                              : std::string{};
    const std::string secret = server::new_token();
    pqxx::connection connection{valley().database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    server::store::NewToken token;
    token.id = server::uuid_v4();
    token.digest = server::sha256_hex(secret);
    token.role = role;
    token.party = party;
    token.rank = rank;
    server::store::insert_token(work, token);
    work.commit();
    return secret;
}

// The same token each time, but where asking is the end of it.
std::string token_for(const Row& row, const std::string& role, const std::string& rank) {
    static std::map<std::string, std::string> kept;
    if (row.route == "POST /v1/logout") return token_of(role, rank);
    std::string& token = kept[role + ' ' + rank];
    if (token.empty()) token = token_of(role, rank);
    return token;
}

TEST_CASE("every route has a row in the matrix and every row a route") {
    std::set<std::string> served;
    for (const http::Route& route : http::routes()) {
        INFO("without a row: " << name_of(route));
        CHECK(row_of(route) != nullptr);
        served.insert(name_of(route));
    }
    for (const Row& row : matrix) {
        INFO("without a route: " << row.route);
        CHECK(served.contains(std::string{row.route}));
    }
}

TEST_CASE("routes without a role answer whoever asks") {
    for (const http::Route& route : http::routes()) {
        const Row* const row = row_of(route);
        if (row == nullptr || !row->roles.empty()) continue;
        INFO(row->route);
        const auto reply = ask(route, "");
        CHECK(reply.header("www-authenticate").find("Bearer") == std::string::npos);
        CHECK(reply.status != 500);
    }
}

TEST_CASE("each role and rank is let in where the matrix says, and turned away elsewhere") {
    const std::string wrong = "lh_" + std::string(43, 'A');
    for (const http::Route& route : http::routes()) {
        const Row* const row = row_of(route);
        if (row == nullptr || row->roles.empty()) continue;
        INFO(row->route);
        const auto without = ask(route, "");
        CHECK(without.status == 401);
        CHECK(without.header("www-authenticate").starts_with("Bearer"));
        for (const auto& [letter, role] : roles) {
            for (const char* rank : ranks) {
                INFO(role << ' ' << rank);
                const auto reply = ask(route, token_for(*row, role, rank));
                const bool in_role = row->roles.find(letter) != std::string_view::npos;
                const bool let_in = in_role && height(rank) >= height(row->least);
                const bool head = route.path == "/v1/alerts/stream";
                const bool refused =
                    reply.status == 403 &&
                    (head || reply.json()["code"] == "ROLE" || reply.json()["code"] == "RANK");
                CHECK(refused == !let_in);
                CHECK(reply.status != 401);
                CHECK(reply.status != 500);
                if (in_role && !let_in && !head) CHECK(reply.json()["code"] == "RANK");
            }
        }
    }
    CHECK(valley().house.web(wrong).get("/v1/parties").status == 401);
}

}  // namespace
