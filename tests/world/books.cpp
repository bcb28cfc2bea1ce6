#include "tests/world/books.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace liuhen::world {
namespace {

using namespace manifest;

/// What a manifest would be, and which of its weights are to be reserved.
struct Prospect {
    Manifest manifest;
    LineMeasure by;
};

// As server/quantities.cpp looks ahead for these events.
std::optional<Prospect> prospect_of(const Manifest& current, const Request& request) {
    if (request.event == Event::submit) return Prospect{current, planned};
    const auto* load = std::get_if<Loading>(&request.body);
    if (load == nullptr || request.by.role != Role::producer || !load->gross_g) return std::nullopt;
    Prospect prospect{current, sent};
    for (auto& line : prospect.manifest.lines) line.sent_g = *load->gross_g - *load->tare_g;
    return prospect;
}

std::optional<Allotment> allotment_of(const Tables& tables, const Manifest& current,
                                      const Request& request) {
    auto prospect = prospect_of(current, request);
    if (!prospect) return std::nullopt;
    auto rows = tables.quotas;
    for (const auto& entry : tables.quota_entries) {
        const auto row = std::ranges::find(rows, entry.quota, &QuotaRow::id);
        if (entry.of != current.id) row->held = row->held + entry.weight;
    }
    return allot(prospect->manifest, prospect->by, rows, true);
}

using Held = std::map<std::pair<std::int64_t, std::uint8_t>, Grams>;

Held held_by(const Tables& tables, const ManifestId& id) {
    Held held;
    for (const auto& entry : tables.quota_entries) {
        if (entry.of != id) continue;
        auto& sum = held[{entry.quota, entry.line_no}];
        sum = sum + entry.weight;
    }
    std::erase_if(held, [](const auto& one) { return one.second == Grams{}; });
    return held;
}

// From now on it holds these and no others; the differences go into the ledger.
void hold(Tables& tables, const ManifestId& id, const std::vector<Holding>& holdings) {
    auto before = held_by(tables, id);
    for (const Holding& one : holdings) {
        auto& was = before[{one.quota, one.line_no}];
        if (one.weight != was)
            tables.quota_entries.push_back({one.quota, id, one.line_no, one.weight - was});
        was = Grams{};
    }
    for (const auto& [where, weight] : before) {
        const bool goes_on = std::ranges::any_of(holdings, [&](const Holding& one) {
            return one.quota == where.first && one.line_no == where.second;
        });
        if (!goes_on)
            tables.quota_entries.push_back({where.first, id, where.second, Grams{} - weight});
    }
}

// What follows for the quotas: nothing, or the holdings from now on.
std::optional<std::vector<Holding>> holdings_after(const Stage& stage, const Request& request,
                                                   const std::optional<Allotment>& allotment) {
    if (allotment) return allotment->holdings;
    const bool gives_back = request.event == Event::confirm_return ||
                            (request.event == Event::void_ && stage.bug != Bug::void_keeps_quota);
    if (gives_back) return std::vector<Holding>{};
    return std::nullopt;
}

Manifest current_of(const Tables& tables, const ManifestId& id) {
    const auto stored = tables.manifests.find(id.text);
    if (stored != tables.manifests.end()) return stored->second;
    Manifest nothing;
    nothing.id = id;
    return nothing;
}

void check_limits(Stage& stage) {
    for (const QuotaRow& row : stage.database.tables.quotas) {
        Grams held;
        for (const auto& entry : stage.database.tables.quota_entries) {
            if (entry.quota == row.id) held = held + entry.weight;
        }
        if (held > row.limit)
            stage.account.complain("more is held on " + row.paper + " than there is");
    }
}

/// An act in its parts, which a right desk does in one transaction.
struct Act {
    Stage& stage;
    Asked asked;
    std::optional<Allotment> allotment = std::nullopt;
    std::optional<Decision> decision = std::nullopt;
    Answer answer = {};

    void look(const Tables& tables) {
        allotment = allotment_of(tables, current_of(tables, asked.id), asked.request);
    }
    void decide(const Tables& tables) {
        const auto current = current_of(tables, asked.id);
        if (allotment) {
            asked.facts.checks.plan = allotment->plan;
            asked.facts.checks.licence = allotment->licence;
            asked.facts.checks.approval = allotment->approval;
        }
        if (asked.request.event == Event::submit) asked.facts.next_no = next_no(tables);
        auto decided = manifest::decide(current, asked.request, asked.facts);
        if (!decided) {
            answer = {Answer::Outcome::refused, 0, std::string{decided.error().front().code}};
            return;
        }
        if (current.version == 0 && decided->next.version != 1) stage.account.complain("not 1");
        decision = std::move(*decided);
        answer = {Answer::Outcome::done, decision->next.version, {}};
    }
    void put_manifest(Tables& tables) const {
        if (decision) tables.manifests[asked.id.text] = decision->next;
    }
    void put_event(Tables& tables) const {
        if (!decision) return;
        tables.history[asked.id.text].push_back(
            {asked.request, asked.facts, decision->next.version, std::string{decision->row}});
    }
    void put_holdings(Tables& tables) const {
        if (!decision) return;
        if (const auto holdings = holdings_after(stage, asked.request, allotment))
            hold(tables, asked.id, *holdings);
        check_limits(stage);
    }

private:
    static std::string next_no(const Tables& tables) {
        std::size_t numbered = 0;
        for (const auto& [id, one] : tables.manifests) numbered += one.no.empty() ? 0U : 1U;
        const auto serial = std::to_string(1'000'001 + numbered);
        return "20263311" + serial.substr(1);
    }
};

std::string in_words(const Manifest& one) {
    return one.id.text + " (" + std::string{code(one.state)} + ", version " +
           std::to_string(one.version) + ")";
}

void audit_history(Stage& stage, const Manifest& stored) {
    Manifest walked;
    walked.id = stored.id;
    for (const HistoryRow& row : stage.database.tables.history[stored.id.text]) {
        const auto decided = manifest::decide(walked, row.request, row.facts);
        if (!decided || decided->next.version != row.version || decided->row != row.row) {
            stage.account.complain("the history of " + in_words(stored) + " breaks at version " +
                                   std::to_string(row.version));
            return;
        }
        walked = decided->next;
    }
    if (!(walked == stored))
        stage.account.complain("the history of " + in_words(stored) + " ends in " +
                               in_words(walked));
}

// On each register the weight that the state asks for, or nothing.
void audit_holdings(Stage& stage, const Manifest& stored) {
    constexpr EnumSet<State> free{State::draft, State::voided, State::returned};
    Held wanted;
    for (const auto& line : stored.lines) {
        if (free.has(stored.state)) break;
        for (const QuotaRow& row : stage.database.tables.quotas)
            wanted[{row.id, line.line_no}] = line.sent_g.value_or(*line.planned_g);
    }
    if (wanted != held_by(stage.database.tables, stored.id))
        stage.account.complain("what " + in_words(stored) + " holds is not what it should hold");
}

}  // namespace

awaitable<Answer> act(Stage& stage, Asked asked, std::function<void(Answer)> told) {
    auto act = std::make_shared<Act>(Act{stage, std::move(asked)});
    auto& database = stage.database;
    const auto is = [&](Bug bug) { return stage.bug == bug; };
    const bool looks_first = is(Bug::allot_unlocked);
    const bool event_apart = is(Bug::act_before_event);
    const bool holds_apart = is(Bug::hold_apart);
    if (looks_first) {
        auto looking = [act](Tables& tables) { return act->look(tables), true; };
        auto work = database.transact(std::move(looking));
        co_await std::move(work);
        auto thinking = sleep_for(stage.schedule, stage.some(Duration{3'000}));
        co_await std::move(thinking);
    }
    auto acting = [=, &stage](Tables& tables) {
        if (!looks_first) act->look(tables);
        act->decide(tables);
        act->put_manifest(tables);
        if (!event_apart) act->put_event(tables);
        if (!holds_apart) act->put_holdings(tables);
        return true;
    };
    if (is(Bug::answer_before_event)) {
        Act tried{stage, act->asked};
        tried.look(database.tables);
        tried.decide(database.tables);
        told(tried.answer);
    }
    auto work = database.transact(std::move(acting));
    co_await std::move(work);
    if (event_apart || holds_apart) {
        auto rest = [=](Tables& tables) {
            if (event_apart) act->put_event(tables);
            if (holds_apart) act->put_holdings(tables);
            return true;
        };
        auto second = database.transact(std::move(rest));
        co_await std::move(second);
    }
    co_return act->answer;
}

std::vector<QuotaRow> quota_rows(Grams limit) {
    using std::chrono::days, std::chrono::floor;
    const auto first = floor<days>(*parse_iso("2026-01-01T00:00:00Z"));
    QuotaRow plan;
    plan.id = 1;
    plan.of = Register::plan;
    plan.paper = "plan";
    plan.code = "900-041-49";
    plan.method = "D10";
    plan.limit = limit;
    plan.from = first;
    plan.to = first + days{364};
    QuotaRow licence = plan;
    licence.id = 2;
    licence.of = Register::licence;
    licence.paper = "licence";
    return {plan, licence};
}

void audit_books(Stage& stage) {
    auto& tables = stage.database.tables;
    std::set<std::string> numbers;
    for (const auto& [id, stored] : tables.manifests) {
        audit_history(stage, stored);
        audit_holdings(stage, stored);
        if (!stored.no.empty() && !numbers.insert(stored.no).second)
            stage.account.complain("the number " + stored.no + " was given twice");
    }
    const auto count = std::to_string(1'000'000 + numbers.size()).substr(1);
    if (!numbers.empty() && *numbers.rbegin() != "20263311" + count)
        stage.account.complain("numbers of manifests have a gap");
    check_limits(stage);
}

}  // namespace liuhen::world
