#include "tests/world/clerk.hpp"

#include "tests/unit/manifest/ways.hpp"

#include <algorithm>

namespace liuhen::world {
namespace {

using namespace manifest;
using namespace std::chrono_literals;
using test::Way;

constexpr Duration patience{10'000};

// What each event is usually asked with; the others are not asked.
struct Wording {
    Event event;
    int weight;  ///< how often it is chosen
    Body (*body)(const Manifest&);
};
const Wording wordings[] = {
    {Event::submit, 8, [](const Manifest&) -> Body { return Submission{}; }},
    {Event::carrier_accept, 8, [](const Manifest&) -> Body { return test::good_acceptance(); }},
    {Event::load_sign, 8,
     [](const Manifest& m) -> Body { return m.weigh_out ? Loading{} : test::good_loading(); }},
    {Event::depart, 8, [](const Manifest&) -> Body { return Departure{}; }},
    {Event::arrive, 8, [](const Manifest&) -> Body { return Arrival{}; }},
    {Event::weigh_in, 4, [](const Manifest&) -> Body { return test::good_weigh_in(); }},
    {Event::accept, 4, [](const Manifest&) -> Body { return Verdict{}; }},
    {Event::reject, 4,
     [](const Manifest&) -> Body {
         return Rejection{{"WET", "the load is wet"}, Kept::relocked, {}};
     }},
    {Event::start_return, 8,
     [](const Manifest&) -> Body {
         return ReturnStart{{"back"}, {}};
     }},
    {Event::confirm_return, 8, [](const Manifest&) -> Body { return Way::good_loading_back(); }},
    {Event::close, 8, [](const Manifest&) -> Body { return Closing{}; }},
    {Event::carrier_refuse, 1, [](const Manifest&) -> Body { return test::coded_reason; }},
    {Event::unassign, 1, [](const Manifest&) -> Body { return Closing{}; }},
    {Event::void_, 2, [](const Manifest&) -> Body { return test::coded_reason; }},
};

std::vector<Actor> everybody() {
    return {test::by_producer, test::by_carrier, test::by_driver, test::by_receiver,
            test::by_regulator};
}

}  // namespace

Clerk::Clerk(Stage& stage, int no, FindServer find)
    : stage_(stage),
      id_{"manifest-" + std::to_string(no)},
      find_(std::move(find)),
      chance_(stage.seed, id_.text) {
    known_.id = id_;
}

Asked Clerk::next() {
    const Instant now = stage_.schedule.now();
    Way way{known_};
    way.at = now;
    const auto ask = [&](Event event, const Actor& by, Body body) -> Asked {
        auto step = way.step(event, by, std::move(body));
        step.facts.directory.carriers = {test::carrier};
        step.facts.fleet.vehicle_carrier = test::carrier.id;
        if (known_.version > 0) step.request.if_version = known_.version;
        return {id_, std::move(step.request), std::move(step.facts)};
    };
    if (known_.version == 0) return ask(Event::create, test::by_producer, test::good_filing());
    std::vector<std::pair<const Wording*, Actor>> offered;
    for (const auto& by : everybody()) {
        for (const auto event : allowed_events(known_, by.role, by.party)) {
            const auto known = std::ranges::find(wordings, event, &Wording::event);
            if (known == std::end(wordings)) continue;
            for (int i = 0; i < known->weight; ++i) offered.emplace_back(known, by);
        }
    }
    if (offered.empty()) return {};
    const auto& [wording, by] = offered[chance_.below(offered.size())];
    return ask(wording->event, by, wording->body(known_));
}

// Question and answer may be lost, and whoever asked cannot tell which.
awaitable<Answer> Clerk::ask(Asked asked) {
    struct Call {
        std::shared_ptr<Bell> bell;
        Answer answer;
    };
    auto call = std::make_shared<Call>(Call{std::make_shared<Bell>(stage_.schedule), {}});
    const double loss = stage_.roads.cut;
    const auto hang_up = [call] { call->bell->ring(); };
    stage_.schedule.after(patience, hang_up);
    if (chance_.uniform() >= loss) {
        const bool answer_lost = chance_.uniform() < loss;
        auto answered = [call, answer_lost, this](Answer answer) {
            if (answer_lost) return;
            stage_.schedule.after(stage_.some(stage_.roads.slowest), [call, answer] {
                if (call->answer.outcome != Answer::Outcome::unknown) return;
                call->answer = answer;
                call->bell->ring();
            });
        };
        auto arrive = [this, asked = std::move(asked), answered] {
            if (const auto server = find_()) server->act(asked, answered);
        };
        stage_.schedule.after(stage_.some(stage_.roads.slowest), std::move(arrive));
    }
    co_await call->bell->wait();
    co_return call->answer;
}

awaitable<void> Clerk::read() {
    for (;;) {
        try {
            auto work = [id = id_](Tables& tables) {
                const auto stored = tables.manifests.find(id.text);
                return stored == tables.manifests.end() ? std::optional<Manifest>{}
                                                        : std::optional{stored->second};
            };
            auto reading = stage_.database.transact(std::move(work));
            auto stored = co_await std::move(reading);
            if (stored) known_ = std::move(*stored);
            co_return;
        } catch (const DatabaseDown&) {
        }
        auto sleeping = sleep_for(stage_.schedule, 1s);
        co_await std::move(sleeping);
    }
}

// Every other time the clerks begin together.
Duration Clerk::idle_time() {
    if (chance_.below(2) == 0) return 1s + stage_.some(Duration{3min});
    return 2min - stage_.schedule.now().time_since_epoch() % 2min;
}

awaitable<void> Clerk::work(Instant until) {
    while (stage_.schedule.now() < until) {
        auto sleeping = sleep_for(stage_.schedule, idle_time());
        co_await std::move(sleeping);
        auto asked = next();
        if (asked.id.empty()) break;
        const auto event = asked.request.event;
        auto asking = ask(std::move(asked));
        const auto answer = co_await std::move(asking);
        if (answer.outcome == Answer::Outcome::done) {
            told_.emplace_back(answer.version, event);
            ++stage_.account.acts;
        }
        stage_.account.refused_acts += answer.outcome == Answer::Outcome::refused ? 1U : 0U;
        auto reading = read();
        co_await std::move(reading);
    }
    over_ = true;
}

void Clerk::audit() const {
    const auto& history = stage_.database.tables.history[id_.text];
    for (const auto& [version, event] : told_) {
        const bool known = std::ranges::any_of(history, [&](const HistoryRow& row) {
            return row.version == version && row.request.event == event;
        });
        if (!known)
            stage_.account.complain(id_.text + ": " + std::string{code(event)} + " of version " +
                                    std::to_string(version) + " was answered and is not stored");
    }
}

}  // namespace liuhen::world
