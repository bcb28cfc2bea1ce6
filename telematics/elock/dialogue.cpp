#include "telematics/elock/dialogue.hpp"

#include "telematics/datum.hpp"
#include "telematics/elock/answers.hpp"
#include "telematics/elock/events.hpp"
#include "telematics/elock/orders.hpp"
#include "telematics/text.hpp"

#include <algorithm>
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
    if (piece.form == Piece::Form::seal) {
        const auto seal = read_seal(piece);
        return seal ? seal->number() : std::string{};
    }
    std::string number;
    for (std::size_t i = 1; i < piece.bytes.size() && piece.bytes[i] != std::byte{','}; ++i)
        number.push_back(static_cast<char>(piece.bytes[i]));
    return number;
}

void to_wgs84(std::vector<Sighting>& seen, Datum datum) {
    if (datum == Datum::wgs84) return;
    for (Sighting& sighting : seen) {
        if (auto* fix = std::get_if<Fix>(&sighting.what)) fix->where = wgs84_from_gcj02(fix->where);
        auto* event = std::get_if<LockEvent>(&sighting.what);
        if (event != nullptr && event->where) event->where = wgs84_from_gcj02(*event->where);
    }
}

}  // namespace

Dialogue::Dialogue(Enrolment enrolment, RetryPlan plan, Allowance allowance)
    : enrolment_(std::move(enrolment)), allowance_(std::move(allowance)), open_(plan) {}

std::optional<TerminalId> Dialogue::speaker() const {
    return enrolled_ ? std::optional{enrolled_->terminal} : std::nullopt;
}

Turn Dialogue::hear(std::span<const std::byte> chunk, Instant received) {
    // The operator may have changed how the lock is to be read since it last spoke.
    if (auto now = enrolled_ ? enrolment_(significant_digits(number_)) : std::nullopt)
        enrolled_->profile = now->profile;
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
        const Bytes stray = next->error().bytes;
        blank_passwords(next->error().bytes, strays_);
        move_on(strays_, stray);
        turn.refused.push_back(std::move(next->error()));
        turn.hang_up = !enrolled_ && stray_bytes_ >= max_stray_before_name;
    }
    return turn;
}

Result<Spoken, Untold> Dialogue::words_of(const Order& order) const {
    if (!enrolled_) return fail(Untold::not_ready);
    return seal_ ? spoken_seal_order(order.command, *seal_) : spoken_order(order.command, number_);
}

bool Dialogue::must_wait(const Order& order) const {
    const auto spoken = words_of(order);
    return spoken && elock::must_wait(open_, *spoken);
}

Result<Bytes, Untold> Dialogue::tell(const Order& order, Uptime now) {
    auto spoken = words_of(order);
    if (!spoken) return fail(spoken.error());
    return tell_one_at_a_time(open_, order.id, std::move(*spoken), now);
}

Turn Dialogue::hear_piece(const Piece& piece, Instant received) {
    const std::string number = number_in(piece);
    if (const auto fault = admit(number)) {
        Turn turn;
        turn.refused.push_back(
            {*fault, without_secrets(piece), std::string{significant_digits(number)}});
        turn.hang_up = !enrolled_;
        return turn;
    }
    if (allowance_ && !allowance_(enrolled_->terminal, piece.bytes.size(), received))
        return hear_beyond_budget(piece);
    Turn turn = hear_admitted(piece, received);
    to_wgs84(turn.seen, enrolled_->profile.datum);
    turn.frames.push_back(without_secrets(piece));
    return turn;
}

Turn Dialogue::hear_beyond_budget(const Piece& piece) {
    Turn turn;
    turn.refused.push_back({Fault::over_budget, without_secrets(piece)});
    if (piece.form == Piece::Form::text) {
        const auto sentence = read_sentence(piece);
        auto answer = sentence ? take_answer(open_, *sentence) : std::nullopt;
        if (answer) turn.answers.push_back(std::move(*answer));
    }
    if (piece.form == Piece::Form::seal) {
        const auto text = read_seal(piece);
        auto answer = text ? take_answer(open_, *text) : std::nullopt;
        if (answer) turn.answers.push_back(std::move(*answer));
    }
    return turn;
}

std::optional<Fault> Dialogue::admit(std::string_view number) {
    if (enrolled_)
        return number == number_ ? std::nullopt : std::optional{Fault::not_authenticated};
    enrolled_ = enrolment_(significant_digits(number));
    if (!enrolled_) return Fault::unknown_terminal;
    number_ = number;
    return std::nullopt;
}

Turn Dialogue::hear_admitted(const Piece& piece, Instant received) {
    switch (piece.form) {
        case Piece::Form::binary:
            return hear_report(piece, received);
        case Piece::Form::text:
            return hear_text(piece, received);
        case Piece::Form::seal:
            return hear_seal(piece, received);
    }
    return {};
}

Turn Dialogue::hear_report(const Piece& piece, Instant received) {
    Turn turn;
    say(turn, acknowledgement(piece));
    const auto reports = read_reports(piece, enrolled_->profile.time_zone);
    if (!reports) {
        turn.refused.push_back({reports.error(), without_secrets(piece)});
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
        turn.refused.push_back({sentence.error(), without_secrets(piece)});
        return turn;
    }
    if (sentence->command == "P45") return hear_unlock(piece, *sentence, received);
    if (sentence->command == "WLNET") return hear_slave(piece, *sentence, received);
    say(turn, answer_to(*sentence, received, enrolled_->profile.time_zone));
    if (auto password = password_in(*sentence))
        turn.passwords.push_back({LockId{sentence->lock()}, std::move(*password), received});
    if (auto answer = take_answer(open_, *sentence)) turn.answers.push_back(std::move(*answer));
    const auto place = read_text_fix(*sentence, enrolled_->profile.time_zone);
    if (!place) return turn;
    if (*place) turn.seen = sightings_of(*sentence, **place, received);
    if (!*place) turn.refused.push_back({place->error(), without_secrets(piece)});
    return turn;
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
        turn.refused.push_back({fault, without_secrets(piece)});
        return turn;
    }
    turn.seen = sightings_of(sentence, **place, *unlock, received);
    return turn;
}

Turn Dialogue::hear_seal(const Piece& piece, Instant received) {
    Turn turn;
    auto text = read_seal(piece);
    if (!text) {
        turn.refused.push_back({text.error(), without_secrets(piece)});
        return turn;
    }
    say(turn, acknowledgement(*text));
    auto seen = sightings_of(*text, enrolled_->profile.time_zone, received);
    if (seen) turn.seen = std::move(*seen);
    if (!seen) turn.refused.push_back({seen.error(), without_secrets(piece)});
    if (auto answer = take_answer(open_, *text)) turn.answers.push_back(std::move(*answer));
    seal_ = std::move(*text);
    return turn;
}

Turn Dialogue::hear_slave(const Piece& piece, const Sentence& sentence, Instant received) const {
    Turn turn;
    if (const auto serial = slave_serial(sentence))
        say(turn, "(P69,0," + std::to_string(*serial) + ")");
    const auto report = read_slave(sentence, enrolled_->profile.time_zone);
    if (report) turn.seen = sightings_of(*report, received);
    if (!report) turn.refused.push_back({report.error(), without_secrets(piece)});
    return turn;
}

}  // namespace liuhen::telematics::elock
