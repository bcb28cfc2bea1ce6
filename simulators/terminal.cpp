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

constexpr std::chrono::seconds heartbeat_every{20};

constexpr std::string_view makers_id = "0000001";

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

Terminal::Terminal(std::string number, std::string_view edition, std::string plate, Network network,
                   Duration report_every, Chance chance, const Model& model)
    : head_{head_of(number, edition)},
      plate_{std::move(plate)},
      layout_{layout_of(edition)},
      network_{network},
      report_every_{report_every},
      chance_{chance},
      model_{model},
      obedience_{static_cast<Layout>(layout_), std::string{makers_id}, model.words, chance} {}

void Terminal::record(const Fix& fix, const Condition& condition) {
    Entry entry{.kind = Entry::Kind::position, .at = fix.at, .not_before = fix.at, .body = {}};
    const std::string number = terminal_number(head_);
    const Condition before = std::exchange(condition_, condition);
    Latch& latch = obedience_.latch();
    latch.follow(condition.lock);
    const Motor held_before = std::exchange(told_motor_, latch.motor());
    const Bolt bolt{latch.motor(), latch.opener(), latch.word()};
    here_ = position_of(fix, model_, {number, condition, before, bolt, held_before});
    obedience_.stand_at(here_);
    entry.body = encode(here_, head_.edition);
    if (radio_ == Radio::blind) {
        entry.origin = Entry::Origin::kept;
    } else {
        entry.not_before = leaving_time(network_, chance_, fix.at, report_every_);
    }
    outbox_.add(std::move(entry));
}

Bytes Terminal::message(const Message& message) {
    const Bytes body = encode(message, head_.edition);
    head_.serial = ++serial_;
    head_.id = id_of(message);
    serial_ = static_cast<std::uint16_t>(serial_ + frames_needed(body.size()) - 1);
    ++tally_.frames;
    return on_wire(seal(head_, body), model_);
}

// `(number,command)`
Bytes Terminal::in_brackets(std::string_view command) const {
    if (command.empty()) return {};
    const std::string sentence = "(" + terminal_number(head_) + "," + std::string{command} + ")";
    const ByteView bytes = telematics::bytes_of(sentence);
    return {bytes.begin(), bytes.end()};
}

void Terminal::say(const Bytes& bytes) {
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
}

void Terminal::tell(const Message& message) { say(this->message(message)); }

Bytes Terminal::greet(Monotonic when) {
    spoke_ = when;
    scanner_ = {};
    parting_ = {};
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
                            .terminal = std::string{makers_id},
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
        bytes = on_wire(seal(head_, taken.front().body), model_);
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
        const Bytes sentence = in_brackets(obedience_.due(when));
        out.insert(out.end(), sentence.begin(), sentence.end());
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
    const Parted parted = parting_.feed(bytes);
    for (const std::string& sentence : parted.sentences)
        say(in_brackets(obedience_.hear(sentence)));
    scanner_.feed(parted.frames);
    while (const auto frame = scanner_.next()) {
        if (*frame) hear_frame(**frame);
    }
}

// The answer to an order in parts names its first part.
void Terminal::hear_frame(const Frame& frame) {
    if (!frame.head.part) {
        const auto message = decode(frame.head.id, frame.head.edition, frame.body());
        if (message) hear_message(*message, frame.head.serial);
        return;
    }
    const auto added = reassembly_.add(frame, {});
    if (!added || !*added || (*added)->message.bytes.empty()) return;
    const Frame& whole = (*added)->message;
    const auto message = decode(whole.head.id, whole.head.edition, whole.body());
    if (message) hear_message(*message, whole.head.serial);
}

void Terminal::hear_message(const Message& message, std::uint16_t serial) {
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
    } else if (const auto* media = std::get_if<MediaReply>(&message)) {
        say(camera_.hear(*media));
    } else if (const auto* missing = std::get_if<PlatformMissingParts>(&message)) {
        say(camera_.hear(*missing));
    } else {
        obey(message, serial);
    }
}

void Terminal::obey(const Message& order, std::uint16_t serial) {
    for (const Message& answer : obedience_.hear(order, serial)) tell(answer);
    for (const std::uint32_t number : obedience_.photos_ordered())
        send_picture(number, Occasion::order);
}

void Terminal::send_picture(std::uint32_t number, Occasion occasion) {
    head_.serial = static_cast<std::uint16_t>(serial_ + 1);
    serial_ = static_cast<std::uint16_t>(serial_ + Camera::serials());
    say(camera_.send(number, occasion, here_, head_, std::exchange(lost_parts_, {})));
}

void Terminal::see_doors_opened() { send_picture(++own_pictures_, Occasion::doors_opened); }

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
