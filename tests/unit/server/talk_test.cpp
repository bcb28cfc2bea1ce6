// A session's dealings with orders, over a line, a dialogue and an order book of the test's own.
#include "server/talk.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <atomic>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;
using telematics::Order;
using telematics::OrderState;
using telematics::Untold;
using telematics::Uptime;

namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
}
std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// "name T" makes the speaker known, "done O" answers, "bye" hangs up; all is answered "ok;".
// Orders are said as "do O;" and once more after 30 ms; the order named "odd" is not supported,
// that named "stuck" is due for ever.
struct PlainDialogue {
    telematics::Turn hear(std::span<const std::byte> chunk, Instant) {
        telematics::Turn turn;
        const auto words = text_of(chunk);
        const auto value = words.substr(std::min<std::size_t>(5, words.size()));
        if (words.starts_with("name ")) name = value;
        if (words.starts_with("done ")) turn.answers.push_back({value, OrderState::done, 1, ""});
        turn.hang_up = words == "bye";
        turn.reply = bytes_of("ok;");
        return turn;
    }
    [[nodiscard]] std::optional<TerminalId> speaker() const {
        return name.empty() ? std::nullopt : std::optional{TerminalId{name}};
    }
    Result<telematics::Bytes, Untold> tell(const Order& order, Uptime now) {
        if (order.id == "odd") return fail(Untold::not_supported);
        if (next) return fail(Untold::busy);
        next = now + 30ms;
        last = order.id;
        return bytes_of("do " + order.id + ";");
    }
    telematics::Turn tick(Uptime now) {
        telematics::Turn turn;
        ++ticks;
        if (!next || now < *next || last == "stuck") return turn;
        next.reset();
        if (silent == last) return turn;
        turn.reply = bytes_of("again " + last + ";");
        return turn;
    }
    void silence(std::string_view order) { silent = order; }
    void resume(const Order& order, std::uint16_t, Uptime) { last = order.id; }
    [[nodiscard]] std::optional<Uptime> due() const { return next; }

    std::string name, last, silent;
    std::optional<Uptime> next;
    inline static std::atomic<int> ticks = 0;
};

// Bytes from the test, and what was sent back. On the shard's thread, as every line.
class TestLine final : public Line {
public:
    explicit TestLine(asio::any_io_executor executor)
        : Line(Protocol::jt808, "192.0.2.1"), executor_(executor), bell_(executor) {}
    asio::any_io_executor executor() override { return executor_; }
    awaitable<std::size_t> receive(std::span<std::byte> room) override {
        if (incoming.empty()) {
            bell_.expires_at(asio::steady_timer::time_point::max());
            boost::system::error_code woken;
            auto waiting_for = asio::redirect_error(asio::use_awaitable, woken);
            co_await bell_.async_wait(waiting_for);
        }
        if (incoming.empty()) co_return 0;
        const auto bytes = bytes_of(incoming.front());
        incoming.erase(incoming.begin());
        std::copy(bytes.begin(), bytes.end(), room.begin());
        co_return bytes.size();
    }
    awaitable<void> send(std::vector<std::byte> bytes) override {
        trail->push_back("sent " + text_of(bytes));
        co_return;
    }
    void hear(std::string text) {
        incoming.push_back(std::move(text));
        bell_.cancel();
    }
    std::vector<std::string> incoming;
    std::vector<std::string>* trail = nullptr;

private:
    void wake() override { bell_.cancel(); }
    void close() override { bell_.cancel(); }
    asio::any_io_executor executor_;
    asio::steady_timer bell_;
};

// Writes down what it is told.
class TestBook final : public OrderBook {
public:
    awaitable<std::vector<Order>> open_for(TerminalId terminal) override {
        note("open " + terminal.text);
        co_return open;
    }
    awaitable<int> saying(std::string order) override {
        note("saying " + order);
        co_return order == "cancelled" ? 0 : 1;
    }
    awaitable<void> untold(std::string order, Untold why) override {
        note("untold " + order + " " + std::string{code(why)});
        co_return;
    }
    awaitable<void> answered(TerminalId, std::vector<telematics::OrderAnswer> answers) override {
        note("answered " + answers.at(0).order);
        co_return;
    }
    awaitable<std::vector<std::string>> ended_of(std::vector<std::string> orders) override {
        note("ended of " + orders.at(0));
        co_return ended;
    }
    awaitable<void> cut_off(TerminalId terminal) override {
        note("cut off " + terminal.text);
        co_return;
    }
    awaitable<std::vector<Awaited>> taken_up(TerminalId terminal) override {
        note("cut off " + terminal.text);
        co_return awaited;
    }
    awaitable<void> taken_over(TerminalId, std::map<std::string, int> told) override {
        for (const auto& [order, times] : told)
            note("not heard " + order + " " + std::to_string(times));
        co_return;
    }
    std::vector<Order> open;
    std::vector<Awaited> awaited;
    std::vector<std::string> ended;
    std::vector<std::string> trail;
    std::string fail_once;  ///< the first call whose note begins so finds the database away

private:
    void note(std::string what) {
        if (!fail_once.empty() && what.starts_with(fail_once)) {
            fail_once.clear();
            throw DatabaseDown{"away"};
        }
        trail.push_back(std::move(what));
    }
};

// A shard without a database, with one session on it.
struct Room {
    Room() {
        std::vector<std::unique_ptr<Shard>> one;
        one.push_back(std::make_unique<Shard>(
            ShardWorld{clock, database, board, metrics, health, [] {}, nothing}, nowhere, 10));
        shards = std::make_unique<ShardSet>(std::move(one));
        auto& shard = shards->at(0);
        exchange = std::make_unique<Exchange>(shard.executor(), limits, metrics);
        floor = std::make_unique<DeviceFloor>(DeviceFloor{shard, *shards, *exchange, board, clock,
                                                          limits, metrics, book, registrations});
        line = std::make_shared<TestLine>(shard.executor());
        line->trail = &book.trail;
        spawn("sweep", shard.executor(), floor->lines.sweep());
        over = asio::co_spawn(shard.executor(), session(), asio::use_future);
        shard.start();
    }
    ~Room() {
        if (over.valid()) finish();
        asio::co_spawn(shards->at(0).executor(), floor->lines.end_all(), asio::use_future).get();
        shards->at(0).stop(1s);
        database.stop();
    }
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;
    static awaitable<void> nothing(geofence::Milestone) { co_return; }
    awaitable<void> session() {
        const Lines::Entry entry{floor->lines, *line};
        Talk<PlainDialogue> talk{*floor, line, PlainDialogue{}};
        auto talking = talk.run();
        co_await std::move(talking);
        auto leaving = talk.leave();
        co_await std::move(leaving);
    }
    template <class Do>
    void at_shard(Do act) {
        asio::post(shards->at(0).executor(), asio::use_future(std::move(act))).get();
    }
    void hear(std::string text) {
        at_shard([&] { line->hear(std::move(text)); });
    }
    void order(std::string id) {
        at_shard([&] { book.open.push_back({std::move(id), telematics::LockSetting{"(P1)"}}); });
    }
    void finish() {
        at_shard([&] { line->end(); });
        over.get();
    }
    std::vector<std::string> trail() {
        std::vector<std::string> copy;
        at_shard([&] { copy = book.trail; });
        return copy;
    }
    // The trail once it is `length` long.
    std::vector<std::string> trail_of(std::size_t length) {
        const auto until = monotonic() + 5s;
        while (trail().size() < length && monotonic() < until) std::this_thread::sleep_for(5ms);
        return trail();
    }

    static constexpr const char* nowhere = "host=/nowhere dbname=none";
    DeviceLimits limits;
    Clock clock;
    Metrics metrics;
    Health health;
    Database database{nowhere, 1, 1};
    DirectoryBoard board;
    TestBook book;
    Registrations registrations{database, clock};
    std::unique_ptr<DeviceFloor> floor;
    std::unique_ptr<ShardSet> shards;
    std::unique_ptr<Exchange> exchange;
    std::shared_ptr<TestLine> line;
    std::future<void> over;
};

using Trail = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "what waits for a device is said when it has made itself known, stored before it leaves") {
    Room room;
    room.order("A");
    room.hear("hello");
    CHECK(room.trail_of(1) == Trail{"sent ok;"});
    room.hear("name T");
    CHECK(room.trail_of(6) ==
          Trail{"sent ok;", "sent ok;", "cut off T", "open T", "saying A", "sent do A;"});
}

TEST_CASE("a silent session says a new order as soon as it is nudged, and each only once") {
    Room room;
    room.hear("name T");
    REQUIRE(room.trail_of(3).back() == "open T");
    room.order("A");
    room.exchange->nudge({"T"});
    REQUIRE(room.trail_of(6).back() == "sent do A;");
    room.exchange->nudge({"T"});
    CHECK(room.trail_of(8).back() == "open T");
}

TEST_CASE("an order that is cancelled after it was said is not said again") {
    Room room;
    room.order("A");
    room.hear("name T");
    REQUIRE(room.trail_of(5).back() == "sent do A;");
    room.at_shard([&] {
        room.book.open.clear();
        room.book.ended = {"A"};
    });
    room.exchange->nudge({"T"});
    REQUIRE(room.trail_of(7).back() == "open T");
    std::this_thread::sleep_for(1'200ms);  // lines are swept once a second
    CHECK(room.trail().size() == 7);
    room.finish();
    CHECK(room.trail().size() == 7);  // nothing is unanswered
}

TEST_CASE("an order that waited for one that was cancelled is said once that is given up") {
    Room room;
    room.order("A");
    room.order("B");
    room.hear("name T");
    REQUIRE(room.trail_of(7).back() == "untold B busy");
    room.at_shard([&] {
        room.book.open.erase(room.book.open.begin());
        room.book.ended = {"A"};
    });
    room.exchange->nudge({"T"});
    CHECK(room.trail_of(14).back() == "sent do B;");
}

TEST_CASE("a dialogue that stays due is ticked now and then, and its device is heard") {
    Room room;
    room.order("stuck");
    room.hear("name T");
    REQUIRE(room.trail_of(5).back() == "sent do stuck;");
    const int before = PlainDialogue::ticks;
    std::this_thread::sleep_for(500ms);
    room.hear("x");
    CHECK(room.trail_of(6).back() == "sent ok;");
    CHECK(PlainDialogue::ticks - before <= 500ms / tick_pause + 2);
}

TEST_CASE("an order that is due is said again though the device is silent") {
    Room room;
    room.order("A");
    room.hear("name T");
    CHECK(room.trail_of(6).back() == "sent again A;");
}

TEST_CASE("an answer is stored before its own reply leaves, and frees the way for what was busy") {
    Room room;
    room.order("A");
    room.order("B");
    room.hear("name T");
    REQUIRE(room.trail_of(7).back() == "untold B busy");
    room.at_shard([&] { room.book.open.erase(room.book.open.begin()); });
    REQUIRE(room.trail_of(8).back() == "sent again A;");
    room.hear("done A");
    const auto trail = room.trail_of(13);
    CHECK(Trail(trail.begin() + 8, trail.end()) ==
          Trail{"answered A", "sent ok;", "open T", "saying B", "sent do B;"});
}

TEST_CASE("an order that a device cannot be told is reported and sends nothing") {
    Room room;
    room.order("odd");
    room.hear("name T");
    CHECK(room.trail_of(5).back() == "untold odd not_supported");
}

TEST_CASE("an order that was cancelled meanwhile is not said, and the next one is") {
    Room room;
    room.order("cancelled");
    room.order("A");
    room.hear("name T");
    const auto trail = room.trail_of(6);
    CHECK(Trail(trail.begin() + 3, trail.end()) ==
          Trail{"saying cancelled", "saying A", "sent do A;"});
}

TEST_CASE("while the book cannot be read the device is heard, and then its orders are said") {
    Room room;
    room.order("A");
    room.at_shard([&] { room.book.fail_once = "cut off"; });
    room.hear("name T");
    room.trail_of(1);
    room.hear("x");
    CHECK(room.trail_of(2) == Trail{"sent ok;", "sent ok;"});
    CHECK(room.trail_of(6).back() == "sent do A;");
}

TEST_CASE("while it cannot be stored that an order is said it is not said, and it is not lost") {
    Room room;
    room.hear("name T");
    REQUIRE(room.trail_of(3).back() == "open T");
    room.order("A");
    room.at_shard([&] { room.book.fail_once = "saying"; });
    room.exchange->nudge({"T"});
    CHECK(room.trail_of(6) ==
          Trail{"sent ok;", "cut off T", "open T", "open T", "saying A", "sent do A;"});
}

TEST_CASE("a line that ends leaves its unanswered orders open") {
    Room room;
    room.order("A");
    room.hear("name T");
    REQUIRE(room.trail_of(5).back() == "sent do A;");
    room.hear("bye");
    room.over.get();
    CHECK(room.trail().back() == "cut off T");
}

TEST_CASE("a line that another takes over gives back what it had told to nobody") {
    Room room;
    room.order("A");
    room.hear("name T");
    REQUIRE(room.trail_of(5).back() == "sent do A;");
    auto other = std::make_shared<TestLine>(room.shards->at(0).executor());
    auto claiming = room.exchange->claim("T", other);
    asio::co_spawn(room.exchange->executor(), std::move(claiming), asio::use_future).get();
    room.over.get();
    CHECK(room.trail().back() == "not heard A 1");
}

TEST_CASE("what a terminal took on an earlier line is not said again, and its answer is heard") {
    Room room;
    room.order("A");
    room.at_shard([&] { room.book.awaited = {{room.book.open.front(), 41}}; });
    room.hear("name T");
    REQUIRE(room.trail_of(4).back() == "open T");
    room.hear("done A");
    const auto trail = room.trail_of(6);
    CHECK(Trail(trail.begin() + 4, trail.end()) == Trail{"answered A", "sent ok;"});
}
