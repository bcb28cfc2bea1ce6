// Bodies described once: a message names its fields in the order of the standard, and reading,
// writing and printing follow from that one description.
//
// A described message has `static void describe(auto& fields, auto& message)`. It is called with a
// FieldReader, a FieldWriter, or the printer of `liuhen decode`; all three offer the same calls.
#pragma once

#include "telematics/jtt808/frame.hpp"

#include <array>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::telematics::jtt808 {

/// Which edition's form a body has. The header tells 2019 from the others only, and many terminals
/// mix them, so that every message whose form differs remembers the one it was read in.
enum class Layout : std::uint8_t { v2011, v2013, v2019 };
/// The form in which to write to a terminal that speaks `edition`.
constexpr Layout layout_for(Edition edition) {
    return edition == Edition::v2019 ? Layout::v2019 : Layout::v2013;
}
/// The forms to try, likeliest first; the first that fits to the last byte is taken.
constexpr std::array<Layout, 3> layouts_of(Edition edition) {
    if (edition == Edition::v2019) return {Layout::v2019, Layout::v2013, Layout::v2011};
    return {Layout::v2013, Layout::v2011, Layout::v2019};
}

/// Text of a body as UTF-8, without zeros around it. `as_sent` holds its bytes when the text in GBK
/// would give others (padding, a final zero of 2011, UTF-8, broken characters), else it is empty.
struct Text {
    std::string utf8;
    Bytes as_sent{};

    Text() = default;
    Text(std::string text) : utf8(std::move(text)) {}  // NOLINT: a text is a text
    Text(const char* text) : utf8(text) {}             // NOLINT
    friend bool operator==(const Text&, const Text&) = default;
};
/// The text in these bytes.
Text text_of(ByteView sent);
/// Its bytes, cut between two characters so that they are not more than `most`.
Bytes bytes_of(const Text& text, std::size_t most);
/// The text in a field of fixed width, zeros behind it being the usual padding.
Text fixed_text_of(ByteView sent);

/// Digits or octets of a fixed number of bytes, as sent.
template <std::size_t N>
using Octets = std::array<std::byte, N>;

struct Position;

/// Fills a message from a body. Past the end the Reader turns bad, as everywhere.
class FieldReader {
public:
    explicit FieldReader(Reader& from) : r_(from) {}

    void number(std::string_view, std::uint8_t& value) { value = r_.u8(); }
    void number(std::string_view, std::uint16_t& value) { value = r_.u16(); }
    void number(std::string_view, std::uint32_t& value) { value = r_.u32(); }
    /// A number that is a set of flags or a hexadecimal id.
    void bits(std::string_view name, auto& value) { number(name, value); }
    /// Packed digits.
    template <std::size_t N>
    void digits(std::string_view, Octets<N>& value) {
        const ByteView sent = r_.take(N);
        std::copy(sent.begin(), sent.end(), value.begin());
    }
    /// Bytes without further meaning here.
    template <std::size_t N>
    void octets(std::string_view name, Octets<N>& value) {
        digits(name, value);
    }
    /// Everything that is left, as text or as bytes.
    void text(std::string_view, Text& value) { value = text_of(r_.rest()); }
    void bytes(std::string_view, Bytes& value) { keep(r_.rest(), value); }
    /// Text or bytes behind their length, whose width is that of `Length`.
    template <std::unsigned_integral Length>
    void text_after(std::string_view, Text& value) {
        value = text_of(r_.take(length<Length>()));
    }
    template <std::unsigned_integral Length>
    void bytes_after(std::string_view, Bytes& value) {
        keep(r_.take(length<Length>()), value);
    }
    /// Text in a field of fixed width.
    void text_in(std::string_view, Text& value, std::size_t width) {
        value = fixed_text_of(r_.take(width));
    }

    /// A number of bytes without further meaning here.
    void bytes_in(std::string_view, Bytes& value, std::size_t width) {
        keep(r_.take(width), value);
    }

    /// The number of things that will follow in `items`. Writers send `size`.
    template <std::unsigned_integral Count>
    std::size_t count(std::string_view, std::size_t /*size*/) {
        return length<Count>();
    }
    /// `count` numbers or described things; `context` is handed to each description.
    template <class T, class... Context>
    void items(std::string_view name, std::vector<T>& list, std::size_t count,
               const Context&... context) {
        for (std::size_t i = 0; i < count && r_.ok(); ++i) one(name, list, context...);
    }
    /// Described things up to the end of the body.
    template <class T, class... Context>
    void items_to_end(std::string_view name, std::vector<T>& list, const Context&... context) {
        while (r_.remaining() > 0) one(name, list, context...);
    }
    /// Fields that are there only when the body goes on; writers write what is set.
    template <class T>
    void maybe(std::string_view name, std::optional<T>& value) {
        if (r_.remaining() == 0) return;
        value.emplace();
        thing(name, *value);
    }
    /// Whether a list follows: bodies may end before it when it is empty.
    [[nodiscard]] bool more(bool /*filled*/) const { return r_.remaining() > 0; }

    /// A position: its basic part only, or with its items to the end of the body.
    void basic_position(std::string_view, Position& value);
    void position(std::string_view, Position& value);
    /// A position with its items in the next `size` bytes.
    void position_in(std::string_view, Position& value, std::size_t size);
    /// How many bytes are left.
    [[nodiscard]] std::size_t remaining() const { return r_.remaining(); }

private:
    template <std::unsigned_integral Length>
    std::size_t length() {
        Length value{};
        number({}, value);
        return value;
    }
    template <class T, class... Context>
    void thing(std::string_view name, T& value, const Context&... context) {
        if constexpr (std::unsigned_integral<T>) {
            number(name, value);
        } else {
            T::describe(*this, value, context...);
        }
    }
    template <class T, class... Context>
    void one(std::string_view name, std::vector<T>& list, const Context&... context) {
        T value{};
        thing(name, value, context...);
        if (r_.ok()) list.push_back(std::move(value));
    }
    static void keep(ByteView sent, Bytes& value) { value.assign(sent.begin(), sent.end()); }

    Reader& r_;
};

/// Writes a message. What is longer than its length or count can say is cut.
class FieldWriter {
public:
    explicit FieldWriter(Writer& to) : w_(to) {}

    void number(std::string_view, std::uint8_t value) { w_.u8(value); }
    void number(std::string_view, std::uint16_t value) { w_.u16(value); }
    void number(std::string_view, std::uint32_t value) { w_.u32(value); }
    void bits(std::string_view name, auto value) { number(name, value); }
    template <std::size_t N>
    void digits(std::string_view, const Octets<N>& value) {
        w_.put(value);
    }
    template <std::size_t N>
    void octets(std::string_view, const Octets<N>& value) {
        w_.put(value);
    }
    void text(std::string_view, const Text& value) { w_.put(bytes_of(value, SIZE_MAX)); }
    void bytes(std::string_view, const Bytes& value) { w_.put(value); }
    template <std::unsigned_integral Length>
    void text_after(std::string_view name, const Text& value) {
        bytes_after<Length>(name, bytes_of(value, most<Length>()));
    }
    template <std::unsigned_integral Length>
    void bytes_after(std::string_view name, const Bytes& value) {
        const std::size_t size = count<Length>(name, value.size());
        w_.put(ByteView{value}.first(size));
    }
    void text_in(std::string_view, const Text& value, std::size_t width) {
        w_.padded(bytes_of(value, width), width);
    }
    void bytes_in(std::string_view, const Bytes& value, std::size_t width) {
        w_.padded(ByteView{value}.first(std::min(value.size(), width)), width);
    }

    template <std::unsigned_integral Count>
    std::size_t count(std::string_view, std::size_t size) {
        const std::size_t said = std::min(size, most<Count>());
        number({}, static_cast<Count>(said));
        return said;
    }
    template <class T, class... Context>
    void items(std::string_view name, const std::vector<T>& list, std::size_t count,
               const Context&... context) {
        for (const T& value : std::span{list}.first(std::min(count, list.size()))) {
            thing(name, value, context...);
        }
    }
    template <class T, class... Context>
    void items_to_end(std::string_view name, const std::vector<T>& list,
                      const Context&... context) {
        items(name, list, list.size(), context...);
    }
    template <class T>
    void maybe(std::string_view name, const std::optional<T>& value) {
        if (value) thing(name, *value);
    }
    [[nodiscard]] bool more(bool filled) const { return filled; }

    void basic_position(std::string_view, const Position& value);
    void position(std::string_view, const Position& value);
    void position_in(std::string_view name, const Position& value, std::size_t) {
        position(name, value);
    }
    [[nodiscard]] std::size_t remaining() const { return 0; }

private:
    template <std::unsigned_integral Length>
    static constexpr std::size_t most() {
        return std::numeric_limits<Length>::max();
    }
    template <class T, class... Context>
    void thing(std::string_view name, const T& value, const Context&... context) {
        if constexpr (std::unsigned_integral<T>) {
            number(name, value);
        } else {
            T::describe(*this, value, context...);
        }
    }

    Writer& w_;
};

template <class M>
concept HasLayout = requires(M message) {
    message.layout;
};
template <class M>
concept HasTail = requires(M message) {
    message.tail;
};

/// The forms to try for `M`: its own list, or those of the edition.
template <HasLayout M>
constexpr auto layouts_of_message(Edition edition) {
    if constexpr (requires { M::layouts(edition); }) {
        return M::layouts(edition);
    } else {
        return layouts_of(edition);
    }
}

/// Whether what was read is plausible in its form; messages whose bytes fit several forms say so in
/// a member `plausible()`.
template <class M>
bool is_plausible(const M& message) {
    if constexpr (requires { message.plausible(); }) {
        return message.plausible();
    } else {
        return true;
    }
}

/// Reads a described message: in the first form that fits to the last byte, else in the likeliest,
/// the remaining bytes going to its `tail` where it has one. Bad when that is too long for the
/// body.
template <class M>
M read_described(Reader& r, Edition edition) {
    const Reader start = r;
    std::optional<M> readable;
    bool first = true;
    const auto attempt = [&](M message) {
        Reader rest = start;
        FieldReader fields{rest};
        M::describe(fields, message);
        const bool fits = rest.ok() && rest.remaining() == 0 && is_plausible(message);
        if (fits || (rest.ok() && first)) {
            r = rest;
            readable = std::move(message);
        }
        first = false;
        return fits;
    };
    if constexpr (HasLayout<M>) {
        for (const auto layout : layouts_of_message<M>(edition)) {
            M blank;
            blank.layout = layout;
            if (attempt(std::move(blank))) break;
        }
    } else {
        attempt(M{});
    }
    if (!readable) {
        r.fail();
        return {};
    }
    if constexpr (HasTail<M>) {
        const ByteView tail = r.rest();
        readable->tail.assign(tail.begin(), tail.end());
    }
    return std::move(*readable);
}

template <class M>
void write_described(const M& message, Writer& w, Edition) {
    FieldWriter fields{w};
    M::describe(fields, message);
    if constexpr (HasTail<M>) w.put(message.tail);
}

}  // namespace liuhen::telematics::jtt808
