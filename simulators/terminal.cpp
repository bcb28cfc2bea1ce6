#include "simulators/terminal.hpp"

#include "telematics/jtt808/catalogue.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace liuhen::simulators {
namespace {

using namespace telematics::jtt808;
using telematics::Bytes;
using telematics::ByteView;

constexpr std::uint32_t acc_on = 1U << 0U, positioned = 1U << 1U;
constexpr std::chrono::seconds heartbeat_every{20};

std::byte bcd(int number) { return static_cast<std::byte>(number / 10 % 10 * 16 + number % 10); }

std::array<std::byte, 6> bcd_time(Instant at) {
    using namespace std::chrono;
    const auto local = at + china_standard_time;
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const hh_mm_ss time{floor<seconds>(local - day)};
    return {bcd(static_cast<int>(date.year()) % 100),
            bcd(static_cast<int>(static_cast<unsigned>(date.month()))),
            bcd(static_cast<int>(static_cast<unsigned>(date.day()))),
            bcd(static_cast<int>(time.hours().count())),
            bcd(static_cast<int>(time.minutes().count())),
            bcd(static_cast<int>(time.seconds().count()))};
}

RegisterLayout layout_of(std::string_view edition) {
    if (edition == "2019") return RegisterLayout::v2019;
    return edition == "2011" ? RegisterLayout::v2011 : RegisterLayout::v2013;
}

Header head_of(std::string_view number, std::string_view edition) {
    const auto head = header_for(number, edition == "2019" ? Edition::v2019 : Edition::v2013);
    if (!head) throw std::invalid_argument{"a terminal's number is too long for its edition"};
    return *head;
}

}  // namespace

Position position_of(const Fix& fix) {
    Position position;
    position.status = acc_on | (fix.source == FixSource::satellite ? positioned : 0U);
    if (fix.where.lat < 0) position.status |= 1U << 2U;
    if (fix.where.lon < 0) position.status |= 1U << 3U;
    position.latitude = static_cast<std::uint32_t>(std::llround(std::abs(fix.where.lat) * 1e6));
    position.longitude = static_cast<std::uint32_t>(std::llround(std::abs(fix.where.lon) * 1e6));
    position.speed = static_cast<std::uint16_t>(std::llround(to_kmh(fix.speed) * 10));
    position.direction = static_cast<std::uint16_t>(std::lround(fix.heading.value) % 360);
    position.time = bcd_time(fix.at);
    if (fix.satellites) position.items.push_back({0x31, {static_cast<std::byte>(*fix.satellites)}});
    return position;
}

Terminal::Terminal(std::string number, std::string_view edition, std::string plate, Network network,
                   Duration report_every, Chance chance)
    : head_{head_of(number, edition)},
      plate_{std::move(plate)},
      layout_{layout_of(edition)},
      network_{network},
      report_every_{report_every},
      chance_{chance} {}

void Terminal::record(const Fix& fix) {
    Entry entry{.kind = Entry::Kind::position, .at = fix.at, .not_before = fix.at, .body = {}};
    entry.body = encode(position_of(fix), head_.edition);
    if (radio_ == Radio::blind) {
        entry.origin = Entry::Origin::kept;
    } else {
        entry.not_before = leaving_time(network_, chance_, fix.at, report_every_);
    }
    outbox_.add(std::move(entry));
}

Bytes Terminal::message(const Message& message) {
    head_.serial = ++serial_;
    ++tally_.frames;
    return seal_message(head_, message);
}

Bytes Terminal::greet(Monotonic when) {
    spoke_ = when;
    scanner_ = {};
    if (!auth_code_.empty()) {
        standing_ = Standing::authenticating;
        return message(Authenticate{.code = auth_code_, .imei = "", .software = ""});
    }
    standing_ = Standing::registering;
    return message(Register{.layout = layout_,
                            .province = 33,
                            .city = 1100,
                            .maker = "LIUHE",
                            .model = "SIM-1",
                            .terminal = "0000001",
                            .plate_colour = 2,
                            .plate = plate_});
}

Bytes Terminal::next_positions(Instant now, Monotonic when) {
    const auto serial = static_cast<std::uint16_t>(serial_ + 1);
    const std::size_t limit = outbox_.waiting() > 3 ? max_batch : 1;
    auto taken = outbox_.take(now, limit, serial, when);
    if (taken.empty()) return {};
    for (const Entry& entry : taken) tally_.sent.insert(entry.at);
    Bytes bytes;
    if (taken.size() == 1 && taken.front().origin == Entry::Origin::live) {
        head_.serial = ++serial_;
        ++tally_.frames;
        head_.id = Position::id;
        bytes = seal(head_, taken.front().body);
    } else {
        Batch batch;
        batch.kind = taken.front().origin == Entry::Origin::kept ? 1 : 0;
        batch.announced = static_cast<std::uint16_t>(taken.size());
        for (Entry& entry : taken) batch.bodies.push_back(std::move(entry.body));
        bytes = message(batch);
    }
    return through(network_, chance_, std::move(bytes));
}

Bytes Terminal::due(Instant now, Monotonic when) {
    Bytes out = std::exchange(pending_, {});
    if (standing_ == Standing::talking) {
        outbox_.give_up(when - answer_patience);
        while (outbox_.flights() < max_terminal_flights) {
            const std::size_t before = outbox_.flights();
            const Bytes next = next_positions(now, when);
            if (outbox_.flights() == before) break;
            out.insert(out.end(), next.begin(), next.end());
        }
        if (out.empty() && when - spoke_ > heartbeat_every) out = message(Heartbeat{});
    }
    if (!out.empty()) spoke_ = when;
    return out;
}

void Terminal::hear(ByteView bytes) {
    scanner_.feed(bytes);
    while (const auto frame = scanner_.next()) {
        if (!*frame) continue;
        const auto message = decode((*frame)->head.id, (*frame)->head.edition, (*frame)->body());
        if (message) hear_message(*message);
    }
}

void Terminal::hear_message(const Message& message) {
    if (const auto* registered = std::get_if<RegisterReply>(&message)) {
        if (registered->result == Registration::done) {
            auth_code_ = registered->code;
            standing_ = Standing::authenticating;
            pending_ = this->message(Authenticate{.code = auth_code_, .imei = "", .software = ""});
        } else {
            ++tally_.refusals;
            standing_ = Standing::refused;
        }
    } else if (const auto* reply = std::get_if<PlatformReply>(&message)) {
        hear_reply(*reply);
    }
}

void Terminal::hear_reply(const PlatformReply& reply) {
    const bool done = reply.outcome == Outcome::done;
    if (!done) ++tally_.refusals;
    if (reply.message == Authenticate::id) {
        standing_ = done ? Standing::talking : Standing::refused;
        if (!done) auth_code_.clear();  // registers anew on its next connection
        return;
    }
    if (!done || (reply.message != Position::id && reply.message != Batch::id)) return;
    if (chance_.draw(network_.ack_loss) == Chance::Draw::yes) return;
    for (const Entry& entry : outbox_.acknowledged(reply.serial)) tally_.acked.insert(entry.at);
}

void Terminal::lost() {
    standing_ = Standing::offline;
    pending_.clear();
    outbox_.connection_lost();
}

}  // namespace liuhen::simulators
