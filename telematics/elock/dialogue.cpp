#include "telematics/elock/dialogue.hpp"

#include "telematics/datum.hpp"
#include "telematics/elock/events.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace liuhen::telematics::elock {
namespace {

void say(Turn& turn, std::string_view text) {
    const ByteView bytes = bytes_of(text);
    turn.reply.insert(turn.reply.end(), bytes.begin(), bytes.end());
}

// The lock's number as it sends it, leading zeros kept.
std::string number_in(const Piece& piece) {
    if (piece.form == Piece::Form::binary) return to_hex(ByteView{piece.bytes}.subspan(1, 5));
    std::string number;
    for (std::size_t i = 1; i < piece.bytes.size() && piece.bytes[i] != std::byte{','}; ++i)
        number.push_back(static_cast<char>(piece.bytes[i]));
    return number;
}

std::string_view without_leading_zeros(std::string_view number) {
    return number.substr(std::min(number.find_first_not_of('0'), number.size()));
}

void to_wgs84(std::vector<Sighting>& seen, Datum datum) {
    if (datum == Datum::wgs84) return;
    for (Sighting& sighting : seen) {
        if (auto* fix = std::get_if<Fix>(&sighting.what)) fix->where = wgs84_from_gcj02(fix->where);
        auto* event = std::get_if<LockEvent>(&sighting.what);
        if (event != nullptr && event->where) event->where = wgs84_from_gcj02(*event->where);
    }
}

// yymmddhhmmss as digits.
std::string clock_digits(Instant at, std::chrono::minutes zone) {
    return to_hex(to_bcd_time(at, zone));
}

struct Request {
    const Sentence& sentence;
    Instant received;
    std::chrono::minutes zone;
};

std::string tell_time(const Request& request) {
    if (request.sentence.field(2) != "2") return {};
    const std::string digits = clock_digits(request.received, request.zone);
    return "(P22," + digits.substr(4, 2) + digits.substr(2, 2) + digits.substr(0, 2) +
           digits.substr(6) + ")";
}

// The lock repeats its new one-time password each minute until it hears it back.
std::string return_password(const Request& request) {
    if (request.sentence.field(2) != "2" || request.sentence.field(3).empty()) return {};
    return "(P52,2," + std::string{request.sentence.field(3)} + ")";
}

std::string tell_base_time(const Request& request) {
    if (request.sentence.field(5) != "TIME") return {};
    return "(" + request.sentence.lock() + "," + std::string{request.sentence.field(1)} + "," +
           std::string{request.sentence.field(2)} + ",BASE,2,20" +
           clock_digits(request.received, request.zone) + ")";
}

std::string accept_position(const Request&) { return "(S39)"; }
std::string accept_report(const Request&) { return "(S20)"; }

struct AnswerRow {
    std::string_view command;
    std::string (*answer)(const Request&);
};
constexpr std::array<AnswerRow, 7> answers{{
    {"P22", tell_time},
    {"P52", return_password},
    {"BASE", tell_base_time},
    {"U01", accept_position},
    {"U02", accept_position},
    {"U03", accept_position},
    {"U06", accept_report},
}};

}  // namespace

Dialogue::Dialogue(Enrolment enrolment) : enrolment_(std::move(enrolment)) {}

std::optional<TerminalId> Dialogue::speaker() const {
    return enrolled_ ? std::optional{enrolled_->terminal} : std::nullopt;
}

Turn Dialogue::hear(std::span<const std::byte> chunk, Instant received) {
    scanner_.feed(chunk);
    Turn turn;
    while (!turn.hang_up) {
        auto next = scanner_.next();
        if (!next) break;
        if (*next) {
            turn.add(hear_piece(**next, received));
            continue;
        }
        stray_bytes_ += next->error().bytes.size();
        turn.refused.push_back(std::move(next->error()));
        turn.hang_up = !enrolled_ && stray_bytes_ >= max_stray_before_name;
    }
    return turn;
}

Turn Dialogue::hear_piece(const Piece& piece, Instant received) {
    if (const auto fault = admit(number_in(piece))) {
        Turn turn;
        turn.refused.push_back({*fault, without_secrets(piece)});
        turn.hang_up = !enrolled_;
        return turn;
    }
    Turn turn = piece.form == Piece::Form::binary ? hear_report(piece, received)
                                                  : hear_text(piece, received);
    to_wgs84(turn.seen, enrolled_->profile.datum);
    turn.frames.push_back(without_secrets(piece));
    return turn;
}

std::optional<Fault> Dialogue::admit(std::string_view number) {
    if (enrolled_)
        return number == number_ ? std::nullopt : std::optional{Fault::not_authenticated};
    enrolled_ = enrolment_(without_leading_zeros(number));
    if (!enrolled_) return Fault::unknown_terminal;
    number_ = number;
    return std::nullopt;
}

Turn Dialogue::hear_report(const Piece& piece, Instant received) {
    Turn turn;
    say(turn, acknowledgement(piece));
    const auto reports = read_reports(piece, enrolled_->profile.time_zone);
    if (!reports) {
        turn.refused.push_back({reports.error(), piece.bytes});
        return turn;
    }
    for (const LockReport& report : *reports) {
        if (report.protocol != 0) protocol_ = report.protocol;
        Turn record;
        record.seen = sightings_of(report, received);
        turn.add(std::move(record));
    }
    return turn;
}

Turn Dialogue::hear_text(const Piece& piece, Instant received) {
    Turn turn;
    const auto sentence = read_sentence(piece);
    if (!sentence) {
        turn.refused.push_back({sentence.error(), piece.bytes});
        return turn;
    }
    if (sentence->command == "P45") return hear_unlock(piece, *sentence, received);
    if (sentence->command == "WLNET") return hear_slave(piece, *sentence, received);
    say(turn, answer_to(*sentence, received));
    const auto place = read_text_fix(*sentence, enrolled_->profile.time_zone);
    if (!place) return turn;
    if (*place) turn.seen = sightings_of(*sentence, **place, received);
    if (!*place) turn.refused.push_back({place->error(), piece.bytes});
    return turn;
}

std::string Dialogue::answer_to(const Sentence& sentence, Instant received) const {
    const auto row = std::ranges::find(answers, sentence.command, &AnswerRow::command);
    if (row == answers.end()) return {};
    return row->answer({sentence, received, enrolled_->profile.time_zone});
}

Turn Dialogue::hear_unlock(const Piece& piece, const Sentence& sentence, Instant received) const {
    Turn turn;
    const auto serial = unlock_serial(sentence);
    if (protocol_ < jt701d_protocol) say(turn, "(P46)");
    if (protocol_ >= jt701d_protocol && serial)
        say(turn, "(P69,0," + std::to_string(*serial) + ")");
    const auto place = read_text_fix(sentence, enrolled_->profile.time_zone);
    const auto unlock = read_unlock(sentence);
    if (!place || !*place || !unlock) {
        const Fault fault = unlock ? Fault::bad_value : unlock.error();
        turn.refused.push_back({fault, piece.bytes});
        return turn;
    }
    turn.seen = sightings_of(sentence, **place, *unlock, received);
    return turn;
}

Turn Dialogue::hear_slave(const Piece& piece, const Sentence& sentence, Instant received) const {
    Turn turn;
    if (const auto serial = slave_serial(sentence))
        say(turn, "(P69,0," + std::to_string(*serial) + ")");
    const auto report = read_slave(sentence, enrolled_->profile.time_zone);
    if (report) turn.seen = sightings_of(*report, received);
    if (!report) turn.refused.push_back({report.error(), piece.bytes});
    return turn;
}

}  // namespace liuhen::telematics::elock
