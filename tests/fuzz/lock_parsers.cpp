// Locks: binary and text pieces of their own protocol, their conversation, and their reports in
// frames of JT/T 808.
#include "telematics/elock/dialogue.hpp"
#include "telematics/elock/eseal.hpp"
#include "telematics/elock/events.hpp"
#include "telematics/elock/passwords.hpp"
#include "telematics/elock/report.hpp"
#include "telematics/elock/sentence.hpp"
#include "telematics/elock/slave.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "tests/fuzz/parsers.hpp"

#include <algorithm>

namespace liuhen::test {

using namespace telematics;

namespace {

// Every piece of the form in a stream, as one who listens to a lock would get it.
template <class Read>
void each_piece(ByteView stream, elock::Piece::Form form, const Read& read) {
    elock::FrameScanner scanner;
    scanner.feed(stream);
    while (const auto piece = scanner.next()) {
        if (*piece && (*piece)->form == form) read(**piece);
    }
}

Bytes joined(std::string_view front, ByteView bytes, std::string_view back) {
    Writer w;
    return w.put(bytes_of(front)).put(bytes).put(bytes_of(back)).finish();
}

// Whatever stands before it, a password in a lock's text is overwritten, in place.
void hide_password_behind(ByteView input) {
    constexpr std::string_view text = "(8000620012,P52,2,482913)", password = "482913";
    for (const std::size_t width : {std::size_t{1}, std::size_t{2}}) {
        const auto written = [width](std::string_view said) {
            Writer w;
            for (const char c : said) (width == 2 ? w.u8(0) : w).u8(static_cast<std::uint8_t>(c));
            return w.finish();
        };
        const Bytes before{input.begin(), input.end()};
        Bytes kept = before;
        const Bytes said = written(text);
        kept.insert(kept.end(), said.begin(), said.end());
        elock::blank_passwords(kept);
        require(kept.size() == before.size() + said.size(), "nothing moves");
        const Bytes left = written(password);
        require(std::ranges::search(ByteView{kept}.subspan(before.size()), left).empty(),
                "a password is overwritten in every writing");
    }
}

Turn heard(ByteView stream, std::size_t cut) {
    elock::Dialogue dialogue{[](std::string_view) { return Enrolled{}; }};
    Turn turn = dialogue.hear(stream.first(cut), Instant{});
    if (!turn.hang_up) turn.add(dialogue.hear(stream.subspan(cut), Instant{}));
    return turn;
}

}  // namespace

// What stands behind the `$` of a frame.
void parse_lock_binary(ByteView input) {
    const Bytes stream = joined("$", input, "");
    each_piece(stream, elock::Piece::Form::binary, [](const elock::Piece& piece) {
        (void)elock::acknowledgement(piece);
        const auto reports = elock::read_reports(piece, std::chrono::minutes{0});
        if (!reports) return;
        for (const elock::LockReport& report : *reports)
            (void)elock::sightings_of(report, Instant{});
    });
}

// What stands between the brackets of a text.
void parse_lock_text(ByteView input) {
    const elock::Piece any{elock::Piece::Form::text, joined("(", input, ")")};
    (void)elock::read_sentence(any);
    require(elock::without_secrets(any).size() == any.bytes.size(), "secrets are overwritten");
    hide_password_behind(input);
    each_piece(any.bytes, elock::Piece::Form::text, [](const elock::Piece& piece) {
        const auto sentence = elock::read_sentence(piece);
        if (!sentence) return;
        const auto place = elock::read_text_fix(*sentence, std::chrono::minutes{0});
        const auto unlock = elock::read_unlock(*sentence);
        if (place && *place) (void)elock::sightings_of(*sentence, **place, Instant{});
        if (place && *place && unlock)
            (void)elock::sightings_of(*sentence, **place, *unlock, Instant{});
        (void)elock::unlock_serial(*sentence);
        (void)elock::slave_serial(*sentence);
        const auto slave = elock::read_slave(*sentence, std::chrono::minutes{0});
        if (slave) (void)elock::sightings_of(*slave, Instant{});
    });
}

// What stands between the marks of an electronic seal's text.
void parse_seal(ByteView input) {
    const elock::Piece any{elock::Piece::Form::seal, joined("##S,", input, "E##")};
    const elock::Piece told{elock::Piece::Form::seal, joined("##S,", input, ",P43,482913,E##")};
    const Bytes kept = elock::without_secrets(told);
    const auto holds = [](ByteView bytes) {
        return !std::ranges::search(bytes, bytes_of("482913")).empty();
    };
    require(!holds(kept) || holds(input), "a seal's password is overwritten");
    each_piece(any.bytes, elock::Piece::Form::seal, [](const elock::Piece& piece) {
        const auto text = elock::read_seal(piece);
        if (!text) return;
        (void)text->head();
        (void)text->is_answer();
        (void)elock::acknowledgement(*text);
        (void)elock::sightings_of(*text, std::chrono::minutes{0}, Instant{});
    });
    const auto text = elock::read_seal(any);
    if (text) (void)elock::sightings_of(*text, std::chrono::minutes{0}, Instant{});
}

// The first byte says where the stream is cut; both halves must be heard as the whole is.
void parse_lock_conversation(ByteView input) {
    if (input.empty()) return;
    const ByteView stream = input.subspan(1);
    const std::size_t cut = std::to_integer<std::size_t>(input[0]) % (stream.size() + 1);
    const Turn whole = heard(stream, stream.size());
    const Turn sliced = heard(stream, cut);
    require(whole.seen == sliced.seen, "slices do not change what is seen");
    require(whole.frames == sliced.frames, "slices do not change what is kept");
    require(whole.reply == sliced.reply, "slices do not change what is answered");
    require(whole.refused.size() == sliced.refused.size(), "slices do not change what is refused");
}

// A frame with one byte of serial, its checksum left to itself.
void parse_lock_report(ByteView input) {
    using namespace telematics::jtt808;
    (void)parse_lock_frame({input.begin(), input.end()});
    const auto frame = parse_lock_frame({input.begin(), input.end()}, Checksum::ignored);
    if (!frame) return;
    (void)lock_answer(frame->head);
    const auto seen = sightings_of(*frame, Profile{}, "8000620011", Instant{});
    const auto report = read_jointech_report(frame->body(), std::chrono::minutes{0});
    require(seen.has_value() == report.has_value(), "a report that can be read is seen");
}

}  // namespace liuhen::test
