#include "simulators/lock.hpp"

#include "telematics/elock/report.hpp"
#include "telematics/elock/sentence.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace liuhen::simulators {
namespace {

using namespace telematics::elock;
using telematics::Bytes;
using telematics::ByteView;

constexpr Duration report_interval = std::chrono::minutes{2};
constexpr std::chrono::minutes lock_zone{0};  // a JT701 lives in UTC
constexpr std::size_t max_lock_flights = 16;

constexpr auto word(Status bit) { return static_cast<std::uint16_t>(bit); }
constexpr std::uint16_t always_status = word(Status::cover_closed) | word(Status::wants_answer);

constexpr std::size_t max_answer_bytes = 512;
constexpr std::uint8_t by_card = 1, by_static_password = 4, by_itself = 5, by_one_time_password = 6;

std::uint8_t number_of(Opener opener) {
    if (opener == Opener::static_password) return by_static_password;
    return opener == Opener::one_time_password ? by_one_time_password : by_card;
}

/// The serial in `(P69,0,<serial>)`; nullopt for anything else.
std::optional<std::uint8_t> acknowledged_serial(std::string_view answer) {
    constexpr std::string_view head = "(P69,0,";
    if (!answer.starts_with(head)) return std::nullopt;
    unsigned serial = 256;
    std::from_chars(answer.data() + head.size(), answer.data() + answer.size(), serial);
    if (serial > 255) return std::nullopt;
    return static_cast<std::uint8_t>(serial);
}

}  // namespace

Lock::Lock(std::string number, Network network, Duration report_every, Chance chance,
           Generation generation)
    : number_{std::move(number)},
      network_{network},
      report_every_{report_every},
      chance_{chance},
      generation_{generation},
      latch_{chance} {
    latch_.follow(LockState::open);
}

void Lock::add(Entry::Kind kind, const Fix& fix, Bytes body) {
    Entry entry{.kind = kind, .at = fix.at, .not_before = fix.at, .body = std::move(body)};
    entry.serial = serial_++;
    if (radio_ == Radio::blind) {
        entry.origin = Entry::Origin::kept;
    } else {
        entry.not_before = leaving_time(network_, chance_, fix.at, report_every_);
    }
    outbox_.add(std::move(entry));
}

void Lock::add_report(const Fix& fix) {
    LockReport report;
    report.lock = number_;
    report.protocol = generation_ == Generation::jt701d ? jt701d_protocol : jt701_protocol;
    report.data_type = radio_ == Radio::blind ? blind_area_report : live_report;
    report.at = fix.at;
    report.where = fix.where;
    report.source = FixSource::satellite;
    report.speed = fix.speed;
    report.heading = fix.heading;
    report.odometer = Metres{0};
    report.satellites = std::uint8_t{9};
    report.status = always_status;
    if (latch_.state() == LockState::shut) *report.status |= word(Status::rope_in);
    if (latch_.motor() == Motor::holds) *report.status |= word(Status::motor_locked);
    report.battery = std::uint8_t{81};
    report.serial = serial_;
    add(Entry::Kind::lock_report, fix, write_report(report, lock_zone));
}

void Lock::add_event(const Fix& fix) {
    UnlockReport report;
    const bool opened = latch_.state() == LockState::open;
    const std::uint8_t by = number_of(latch_.opener());
    report.event = opened ? by : by_itself;
    report.verify = opened ? (by == by_static_password ? 1 : 98) : 0;
    report.card = opened && by == by_card ? "0008627839" : "";
    report.password_ok = opened;
    report.serial = serial_;
    add(Entry::Kind::lock_event, fix, write_unlock(number_, report, fix, lock_zone));
}

void Lock::record(const Fix& fix, LockState state) {
    const bool changed = latch_.follow(state) == Latch::Change::moved;
    if (changed) add_event(fix);
    if (!changed && fix.at - reported_ < report_interval) return;
    reported_ = fix.at;
    add_report(fix);
}

// A lock that has dialled in reports at once, and is known by that.
Bytes Lock::greet(Monotonic) {
    heard_.clear();
    pending_.clear();
    reported_ = {};
    return {};
}

// `(id,command)`
void Lock::say(std::string_view command) {
    if (command.empty()) return;
    pending_.append("(").append(number_).append(",").append(command).append(")");
}

std::optional<std::uint16_t> Lock::acknowledged_by(std::string_view answer) const {
    if (generation_ == Generation::jt701d) return acknowledged_serial(answer);
    constexpr std::string_view report_heard = "(P35", event_heard = "(P46";
    if (!flying_ || (answer != report_heard && answer != event_heard)) return std::nullopt;
    const bool is_event = flying_->kind == Entry::Kind::lock_event;
    if (is_event != (answer == event_heard)) return std::nullopt;
    return flying_->serial;
}

Bytes Lock::due(Instant now, Monotonic when) {
    outbox_.give_up(when - answer_patience);
    say(latch_.due(when));
    const ByteView answers = telematics::bytes_of(pending_);
    Bytes out{answers.begin(), answers.end()};
    pending_.clear();
    const std::size_t flights = generation_ == Generation::jt701d ? max_lock_flights : 1;
    while (outbox_.flights() < flights) {
        const auto taken = outbox_.take(now, 1, 0, when);
        if (taken.empty()) break;
        ++tally_.frames;
        flying_ = taken.front();
        const Bytes next = through(network_, chance_, taken.front().body);
        out.insert(out.end(), next.begin(), next.end());
    }
    return out;
}

void Lock::hear(ByteView bytes) {
    for (const std::byte b : bytes) heard_.push_back(static_cast<char>(b));
    for (auto end = heard_.find(')'); end != std::string::npos; end = heard_.find(')')) {
        const std::string sentence = heard_.substr(0, end);
        heard_.erase(0, end + 1);
        const auto serial = acknowledged_by(sentence);
        if (!serial) say(latch_.hear(sentence));
        if (!serial || chance_.draw(network_.ack_loss) == Chance::Draw::yes) continue;
        tally_.events_acked += outbox_.acknowledged(*serial).size();
    }
    if (heard_.size() > max_answer_bytes) heard_.clear();
}

void Lock::lost() { outbox_.connection_lost(); }

}  // namespace liuhen::simulators
