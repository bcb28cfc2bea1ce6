// Entries of a clerk in the ledger of his own firm's book.
#include "manifest/enum_set.hpp"
#include "manifest/guards.hpp"
#include "server/crypto.hpp"
#include "server/http/batch_field.hpp"
#include "server/http/body.hpp"
#include "server/http/containers_api.hpp"
#include "server/http/problem.hpp"
#include "server/json/container_json.hpp"
#include "server/json/fields.hpp"
#include "server/store/postings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace liuhen::server::http {
namespace {

using namespace manifest::custody;
using nlohmann::json;
using store::StoredContainer;

constexpr std::size_t most_sources = 200;  ///< of one regrouping
constexpr std::array<std::string_view, 6> kinds{"PRODUCED",       "LABELLED", "STORED",
                                                "REGROUPED_FROM", "TREATED",  "CORRECTED"};

struct Source {
    ContainerId container;
    Grams weight;
};
/// What a clerk says.
struct Entry {
    MovementKind kind{};
    Instant at;
    Grams weight;
    std::vector<Source> sources;
    store::MovementWords words;
};

std::string lower(std::string id) {
    for (char& c : id) c = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    return id;
}

std::vector<Source> read_sources(Fields& form, const std::string& target) {
    std::vector<Source> sources;
    const json* list = form.array("sources", most_sources, Need::required);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        Fields one{list->at(i), pointer_to(form.pointer("sources"), i), form.faults()};
        Source source{{one.uuid("container", Need::required)},
                      one.weight("amount", Need::required).value_or(Grams{})};
        one.finish();
        const bool twice =
            std::ranges::find(sources, source.container, &Source::container) != sources.end();
        if (twice) one.add("DUPLICATE", "container", source.container.text);
        if (source.container.text == target)
            one.add("SAME_CONTAINER", "container", source.container.text);
        if (source.weight <= Grams{}) one.add("OUT_OF_RANGE", "amount_g", "0");
        sources.push_back(std::move(source));
    }
    if (list != nullptr && list->empty()) form.add("TOO_SHORT", "sources");
    return sources;
}

void read_words(Fields& form, Entry& entry, const std::string& target) {
    const auto need = [&entry](MovementKind kind) {
        return entry.kind == kind ? Need::required : Need::optional;
    };
    using enum MovementKind;
    const bool weighed = entry.kind == produced || entry.kind == treated;
    switch (entry.kind) {
        case produced:
        case treated:
        case corrected:
            entry.weight = form.weight("amount", Need::required).value_or(Grams{});
            break;
        case regrouped_from:
            entry.sources = read_sources(form, target);
            break;
        case labelled:
            entry.words.tag = form.text("tag", {1, 120}, Need::required);
            break;
        default:
            break;
    }
    if (weighed && form.faults().empty() && entry.weight <= Grams{})
        form.add("OUT_OF_RANGE", "amount_g", "0");
    if (entry.kind == stored) {
        entry.words.site = {form.uuid("site")};
        entry.words.place = form.text("place", {1, 100});
    }
    if (entry.kind == treated) entry.words.method = form.text("method", {1, 20}, Need::required);
    entry.words.reason = form.text("reason", {5, 500}, need(corrected));
    entry.words.batch = read_batch(form, entry.kind, entry.at);
}

Entry read_entry(Fields& form, const Call& call) {
    Entry entry;
    const auto kind = form.one_of("kind", kinds, Need::required);
    entry.at = form.instant("at").value_or(call.now);
    if (entry.at > call.now + manifest::guards::clock_tolerance)
        form.add("TIME_IN_FUTURE", "at", to_iso(entry.at));
    if (const auto known = movement_kind_from_code(kind)) {
        entry.kind = *known;
        read_words(form, entry, lower(call.place("id")));
        form.finish();
    }
    entry.words.operation = uuid_v7(call.now);
    return entry;
}

/// The container, the caller's book of it, and the books of what is poured in.
struct Desk {
    pqxx::work& db;
    const Call& call;
    StoredContainer container;
    Standing standing;
    std::vector<Movement> known;                ///< of every container concerned, with weight
    std::map<ContainerId, Standing> of_source;  ///< those that the caller sees

    std::map<ContainerId, std::string> wastes;  ///< their codes

    [[nodiscard]] const PartyId& book() const { return call.caller.party; }
    [[nodiscard]] Grams held() const {
        const auto found = standing.stock.find(book());
        return found == standing.stock.end() ? Grams{} : found->second;
    }
    [[nodiscard]] Grams held_then(Instant at) const {
        std::vector<Movement> own;
        std::ranges::copy_if(known, std::back_inserter(own),
                             [this](const Movement& m) { return m.container == container.id; });
        return held_at(own, book(), at);
    }
};

// False: they have more entries than are judged.
bool look_up(Desk& desk, const Entry& entry) {
    std::vector<ContainerId> ids{desk.container.id};
    for (const auto& source : entry.sources) ids.push_back(source.container);
    store::hold_containers(desk.db, ids);
    auto known = store::weights_of(desk.db, ids);
    if (!known) return false;
    desk.known = *std::move(known);
    desk.wastes = store::wastes_of(desk.db, ids);
    std::map<ContainerId, std::vector<Movement>> by_container;
    for (const auto& m : desk.known) by_container[m.container].push_back(m);
    for (const auto& [id, movements] : by_container) desk.of_source[id] = standing_of(movements);
    desk.standing = desk.of_source[desk.container.id];
    return true;
}

/// Since when the caller has what is in a source.
std::optional<Instant> since_in_book(const Desk& desk, const Standing& source) {
    const auto found = source.since_in.find(desk.book());
    return found == source.since_in.end() ? std::nullopt : std::optional{found->second};
}

std::vector<Movement> poured(const Desk& desk, const Entry& entry) {
    std::vector<Movement> movements;
    for (const auto& source : entry.sources) {
        const auto& from = desk.of_source.at(source.container);
        movements.push_back({MovementKind::regrouped_from,
                             desk.container.id,
                             {},
                             desk.book(),
                             source.weight,
                             entry.at,
                             since_in_book(desk, from),
                             {}});
        movements.push_back({MovementKind::regrouped_into,
                             source.container,
                             desk.book(),
                             {},
                             source.weight,
                             entry.at,
                             {},
                             {}});
    }
    return movements;
}

std::vector<Movement> movements_of(const Desk& desk, const Entry& entry) {
    const auto one = [&](const PartyId& from, const PartyId& to, Grams weight) {
        return std::vector<Movement>{
            {entry.kind, desk.container.id, from, to, weight, entry.at, {}, {}}};
    };
    switch (entry.kind) {
        case MovementKind::produced:
            return one({}, desk.book(), entry.weight);
        case MovementKind::treated:
            return one(desk.book(), {}, entry.weight);
        case MovementKind::corrected: {  // the weight that it was found to hold at that time
            const Grams more = entry.weight - desk.held_then(entry.at);
            return more > Grams{} ? one({}, desk.book(), more)
                                  : one(desk.book(), {}, Grams{} - more);
        }
        case MovementKind::regrouped_from:
            return poured(desk, entry);
        default:
            return one(desk.book(), desk.book(), Grams{});
    }
}

Faults unknown_sources(const Desk& desk, const Entry& entry) {
    Faults faults;
    for (std::size_t i = 0; i < entry.sources.size(); ++i) {
        const auto& id = entry.sources[i].container;
        const auto at = pointer_to("/sources", i) + "/container";
        if (!desk.of_source.contains(id))
            faults.push_back(fault("UNKNOWN_REFERENCE", at, id.text));
        else if (!may_pour(desk.wastes.at(id), desk.container.waste_code))
            faults.push_back(fault("WASTE_MIXED", at, desk.wastes.at(id)));
    }
    return faults;
}

// Waste is stored at a place of one's own.
Faults foreign_site(const Desk& desk, const Entry& entry) {
    const auto& site = entry.words.site.text;
    if (site.empty()) return {};
    const auto own = desk.db.exec_params(
        "SELECT 1 FROM sites WHERE id = $1::uuid AND party_id = $2::uuid", site, desk.book().text);
    if (!own.empty()) return {};
    return {fault("UNKNOWN_REFERENCE", "/site", site)};
}

Reply conflict(std::string_view code, std::string detail) {
    return to_reply({409, std::string{code}, std::move(detail), {fault(code, "")}, {}, {}, {}});
}

// Who filled it fills, labels and corrects it, while no other firm has it; who has it does the
// rest.
std::optional<Reply> not_the_callers(const Desk& desk, const Entry& entry) {
    using enum MovementKind;
    constexpr manifest::EnumSet<MovementKind> by_maker{produced, labelled, regrouped_from,
                                                       corrected};
    constexpr manifest::EnumSet<MovementKind> by_holder{stored, treated, corrected};
    const bool held = desk.held() > Grams{};
    const bool elsewhere = !held && !desk.standing.stock.empty();
    const bool maker = desk.container.party == desk.book() && !elsewhere;
    if ((maker && by_maker.has(entry.kind)) || (held && by_holder.has(entry.kind)))
        return std::nullopt;
    return conflict("NOT_IN_BOOK", "The container is not in your book.");
}

// What is on a truck stands nowhere where a clerk could see to it, whoever's book has it: until its
// manifest is decided it is what was signed.
std::optional<Reply> on_truck(const Desk& desk, const Entry& entry) {
    std::vector<ContainerId> ids{desk.container.id};
    for (const auto& source : entry.sources) ids.push_back(source.container);
    for (const auto& id : ids) {
        const auto known = desk.of_source.find(id);
        if (known == desk.of_source.end() || !known->second.stock.contains(desk.book())) continue;
        const auto manifest = store::carried_on(desk.db, id);
        if (!manifest.empty())
            return conflict("CONTAINER_ON_TRUCK", "Container " + id.text +
                                                      " is on a truck by manifest " + manifest +
                                                      ", which is not decided yet.");
    }
    return std::nullopt;
}

Reply overdrawn(const LedgerFault& found) {
    return conflict("STOCK_EXCEEDED", "Container " + found.container.text + " lacks " +
                                          std::to_string(found.off.value) +
                                          " g at the time stated.");
}

void write(const Desk& desk, const Entry& entry, const std::vector<Movement>& movements) {
    const store::Clerk by{desk.call.caller.token_id, desk.call.caller.person, desk.call.now};
    store::add_movements(desk.db, movements, entry.words, by);
    std::vector<store::Regrouping> edges;
    for (const auto& source : entry.sources)
        edges.push_back({source.container, desk.container.id, source.weight, entry.at});
    store::add_regroupings(desk.db, edges, entry.words.operation, desk.book());
    if (entry.kind == MovementKind::labelled)
        store::relabel(desk.db, desk.container.id, entry.words.tag);
}

// A label of another waste is refused; one of no known form, or of another firm, said.
std::optional<Reply> judge_label(Desk& desk, const Entry& entry, json& warnings) {
    if (entry.kind != MovementKind::labelled) return std::nullopt;
    const auto parts = read_tag(store::tag_patterns(desk.db), entry.words.tag);
    add_tag_warnings(desk.db, desk.call, parts, warnings);
    const bool other =
        parts && !parts->waste_code.empty() && parts->waste_code != desk.container.waste_code;
    if (other) return unprocessable({fault("LABEL_MISMATCH", "/tag", entry.words.tag)});
    desk.container.tag = entry.words.tag;
    return std::nullopt;
}

}  // namespace

Reply add_movement(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const auto entry = read_entry(form, call);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const ContainerId id{call.place("id")};
    auto container = is_uuid(id.text) ? store::find_container(db, id) : std::nullopt;
    if (!container) return refuse(404, "NOT_FOUND");
    Desk desk{db, call, *std::move(container), {}, {}, {}, {}};
    if (!look_up(desk, entry))
        return conflict("LEDGER_TOO_LONG", "These containers have too many entries together.");
    if (const auto refusal = not_the_callers(desk, entry)) return *refusal;
    if (const auto refusal = on_truck(desk, entry)) return *refusal;
    faults = unknown_sources(desk, entry);
    std::ranges::move(foreign_site(desk, entry), std::back_inserter(faults));
    if (!faults.empty()) return unprocessable(std::move(faults));
    json warnings = json::array();
    if (const auto refusal = judge_label(desk, entry, warnings)) return *refusal;
    if (auto fault = batch_of_other_waste(db, call, desk.container.waste_code, entry.words.batch))
        return unprocessable({*std::move(fault)});
    const auto movements = movements_of(desk, entry);
    if (const auto judged = judge_movements(desk.known, movements); !judged)
        return overdrawn(judged.error());
    write(desk, entry, movements);
    json answer = shown_container(db, desk.container, call.now);
    if (answer.value("overdue", false))
        warnings.push_back(warning_json(fault("STORAGE_OVERDUE", "")));
    answer["warnings"] = std::move(warnings);
    return json_reply(answer, 201);
}

}  // namespace liuhen::server::http
