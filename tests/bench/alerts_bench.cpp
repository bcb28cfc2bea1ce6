// From the fix that decides to the event read on a subscribed feed, while thousands of other
// terminals report: `./liuhen bench alert-latency`. With --readers, how fast the feed is read from
// its beginning: `./liuhen bench feed`. Not part of `liuhen test`.
#include "simulators/load/load.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/feed_reader.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>
#include <thread>

namespace {

using namespace liuhen;
using namespace liuhen::simulators;
using bench::FeedClock;
using bench::FeedReader;
using Time = LoadClock::time_point;

struct Asked {
    LoadPlan crowd;      // honest, on the road
    LoadPlan intruders;  // beside it, through one zone after the other
    std::uint16_t http_port{};
    std::string token;
    std::size_t readers = 0;
};

Asked ask(int count, char** words) {
    Asked asked;
    int seconds = 30;
    CLI::App app{"from the deciding fix to the event on the feed; how fast the feed is read"};
    app.add_option("--port", asked.crowd.port, "of the server's JT/T 808 listener")->required();
    app.add_option("--http-port", asked.http_port)->required();
    app.add_option("--token", asked.token, "of who reads the feed")
        ->envname("LIUHEN_BENCH_TOKEN")
        ->required();
    app.add_option("--first-number", asked.crowd.first_number)->required();
    app.add_option("--terminals", asked.crowd.terminals)->capture_default_str();
    app.add_option("--rate", asked.crowd.rate, "positions a second of all")->required();
    app.add_option("--intruders", asked.intruders.terminals, "numbered after the others")
        ->required();
    app.add_option("--seconds", seconds)->capture_default_str();
    app.add_option("--readers", asked.readers, "of the feed, afterwards");
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error));
    }
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    LoadShape& road = asked.crowd.shape;
    road.auth_code = "load";
    road.from = {.lat = 28.1, .lon = 119.61};
    road.until = {.lat = 28.1, .lon = 120.19};
    road.first_at = now - std::chrono::minutes{8};
    asked.crowd.measured = std::chrono::seconds{seconds};
    // Each intruder reports four times a second of the clock: a zone comes every 12 s.
    asked.intruders.port = asked.crowd.port;
    asked.intruders.first_number = asked.crowd.first_number + asked.crowd.terminals;
    asked.intruders.shape = road;
    asked.intruders.shape.from.lat = asked.intruders.shape.until.lat = 28.12;
    asked.intruders.rate = 4.0 * static_cast<double>(asked.intruders.terminals);
    asked.intruders.warm_up = asked.crowd.warm_up;
    asked.intruders.measured = asked.crowd.measured;
    return asked;
}

/// When the position that decided an alert was due to leave, by the plan of an open loop: the last
/// one of its truck that was due when the server says that it had what decided. The evidence may
/// end with an earlier one.
class Plan {
public:
    Plan(const LoadPlan& plan, std::uint64_t number_of_first)
        : plan_(plan), first_(number_of_first) {}
    void begin() {
        begun_ = LoadClock::now();
        begun_at_ = std::chrono::system_clock::now();
    }

    /// Nothing for alerts of others, and for those of the time before measuring.
    [[nodiscard]] std::optional<Time> sent(const nlohmann::json& event) const {
        const auto& data = event.at("data");
        if (event.at("type") != "liuhen.alert.raised.v1" || data.at("kind") != "ZONE_ENTRY")
            return {};
        constexpr std::size_t province_bytes = 4;  // 浙K, then the number in hexadecimal digits
        const auto truck =
            std::stoull(data.at("plate").get<std::string>().substr(province_bytes), nullptr, 16);
        if (truck < first_ || truck >= first_ + plan_.terminals) return {};
        const auto detected = parse_iso(data.at("detected_at").get<std::string>());
        if (!detected) return {};
        const double after = std::chrono::duration<double>(*detected - begun_at_).count();
        const auto place = static_cast<double>(truck - first_);
        const auto terminals = static_cast<double>(plan_.terminals);
        const double nth = std::floor((after * plan_.rate - place) / terminals) * terminals + place;
        const auto due = begun_ + std::chrono::duration_cast<LoadClock::duration>(
                                      std::chrono::duration<double>{nth / plan_.rate});
        if (due < begun_ + plan_.warm_up) return {};
        return due;
    }

private:
    const LoadPlan& plan_;
    std::uint64_t first_;
    Time begun_;
    std::chrono::system_clock::time_point begun_at_;
};

struct Told {
    Latencies latencies;
    std::atomic<std::uint64_t> events = 0;
};

void quiet(const std::string&) {}

/// Both fleets drive, one reader listens from before the first fix.
void drive(const Asked& asked, Told& told, LoadOutcome& crowd_outcome) {
    LoadFleet crowd{asked.crowd, quiet};
    LoadFleet intruders{asked.intruders, quiet};
    crowd.connect();
    intruders.connect();
    Plan plan{asked.intruders, asked.crowd.terminals + 1};
    std::atomic<bool> over = false;
    std::exception_ptr broken;
    std::thread reading{[&] {
        try {
            FeedReader reader{asked.http_port, asked.token};
            reader.read(
                [&](std::string_view event, Time at) {
                    ++told.events;
                    if (const auto due = plan.sent(nlohmann::json::parse(event)))
                        told.latencies.add(at - *due);
                },
                [&] { return over.load(); });
        } catch (...) {
            broken = std::current_exception();
        }
    }};
    plan.begin();
    std::thread intruding{[&] { intruders.drive(); }};
    crowd.drive();
    intruding.join();
    std::this_thread::sleep_for(std::chrono::seconds{2});  // the last alerts
    over = true;
    reading.join();
    crowd_outcome = crowd.outcome();
    if (broken) std::rethrow_exception(broken);
}

/// Seconds until each of `readers` has read `events` events from the beginning.
double read_all(const Asked& asked, std::uint64_t events) {
    const auto begun = FeedClock::now();
    std::vector<std::thread> readers;
    std::atomic<std::size_t> broken = 0;
    for (std::size_t i = 0; i < asked.readers; ++i) {
        readers.emplace_back([&] {
            try {
                std::uint64_t read = 0;
                FeedReader reader{asked.http_port, asked.token};
                reader.read([&](std::string_view, FeedClock::time_point) { ++read; },
                            [&] { return read >= events; });
            } catch (const std::exception& fault) {
                if (broken++ == 0) std::cerr << fault.what() << '\n';
            }
        });
    }
    for (auto& one : readers) one.join();
    if (broken > 0) throw std::runtime_error{"readers were cut off"};
    return std::chrono::duration<double>(FeedClock::now() - begun).count();
}

}  // namespace

int main(int count, char** words) {
    Asked asked = ask(count, words);
    Told told;
    LoadOutcome crowd;
    drive(asked, told, crowd);
    std::this_thread::sleep_for(std::chrono::seconds{2});  // the reader's place is free again
    const double seconds = asked.readers > 0 ? read_all(asked, told.events) : 0;
    std::printf("%zu terminals at %.0f positions/s, %zu intruders; %llu events on the feed\n",
                crowd.connected, asked.crowd.rate, asked.intruders.terminals,
                static_cast<unsigned long long>(told.events));
    bench::Results results{asked.readers > 0 ? "feed" : "alert-latency", 1};
    results.add("alerts measured", "", static_cast<double>(told.latencies.count()));
    results.add("deciding fix to event, half", "ms", told.latencies.quantile_ms(0.5));
    results.add("deciding fix to event, 99 %", "ms", told.latencies.quantile_ms(0.99));
    results.add("deciding fix to event, longest", "ms", told.latencies.longest_ms());
    results.add("the crowd's acknowledgement, 99 %", "ms", crowd.latencies.quantile_ms(0.99));
    results.add("the load was late by at most", "ms", crowd.behind_ms);
    if (asked.readers > 0) {
        const auto all = static_cast<double>(told.events) * static_cast<double>(asked.readers);
        results.add("readers, each from the beginning", "", static_cast<double>(asked.readers));
        results.add("events read, all together", "1/s", all / seconds);
    }
    return told.latencies.count() > 0 ? 0 : 1;
}
