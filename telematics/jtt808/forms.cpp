#include "telematics/jtt808/forms.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace liuhen::telematics::jtt808 {
namespace {

// Bits 0 and 1 of the flags of 0x8300.
constexpr std::uint8_t urgent_before_2019 = 0b01;
constexpr std::uint8_t service_in_2019 = 0b01, urgent_in_2019 = 0b10, urgency_bits = 0b11;
constexpr std::uint8_t notice_kind = 1;
// What 0x8105 of 2019 kept; numbers above those of the standard are vendors'.
constexpr std::array<std::uint8_t, 3> controls_of_2019{2, 4, 5};
constexpr std::uint8_t last_standard_control = 7;

std::uint8_t byte_count(std::size_t size) {
    return static_cast<std::uint8_t>(std::min<std::size_t>(size, 0xFF));
}

// The number of everything that 2011 sends before the number in this message: the same, for a long
// setting goes in parts of one message here.
void set_total(SetParameters& m) { m.total = byte_count(m.parameters.size()); }
template <std::uint16_t Id, class Entry>
void set_total(Menu<Id, Entry>& m) {
    m.total = byte_count(m.entries.size());
}
template <std::uint16_t Id, class Shape>
void set_total(SetAreas<Id, Shape>& m) {
    m.setting.total = byte_count(m.setting.areas.size());
}
void set_total(SetPolygon& m) {
    m.shape.total = static_cast<std::uint16_t>(m.shape.corners.size());
}
void set_total(SetRoute& m) { m.shape.total = static_cast<std::uint16_t>(m.shape.points.size()); }

struct Rewrite {
    Layout form;

    Result<Message, Untold> operator()(TextToDriver m) const {
        if (bytes_of(m.text, SIZE_MAX).size() > max_driver_text_bytes) {
            return fail(Untold::too_long);
        }
        const bool was_2019 = m.layout == Layout::v2019;
        const bool is_2019 = form == Layout::v2019;
        if (is_2019 && m.kind == 0) m.kind = notice_kind;
        if (was_2019 != is_2019) {
            const unsigned said = m.flags & urgency_bits;
            const bool urgent =
                was_2019 ? said == urgent_in_2019 : (said & urgent_before_2019) != 0;
            const unsigned rest = m.flags & ~unsigned{urgency_bits};
            const unsigned urgency = is_2019 ? (urgent ? urgent_in_2019 : service_in_2019)
                                             : (urgent ? urgent_before_2019 : 0U);
            m.flags = static_cast<std::uint8_t>(rest | urgency);
        }
        m.layout = form;
        return m;
    }
    Result<Message, Untold> operator()(VehicleControl m) const {
        const bool same_sense = (m.layout == Layout::v2019) == (form == Layout::v2019);
        if (same_sense) {
            m.layout = form;
            return m;
        }
        const auto doors = doors_in(m);
        const bool only_doors = doors && m.flags <= 1 && m.controls.size() <= 1;
        if (!only_doors) return fail(Untold::not_supported);
        return door_command(form == Layout::v2019 ? Edition::v2019 : Edition::v2013, *doors);
    }
    Result<Message, Untold> operator()(TerminalControl m) const {
        const bool kept = std::ranges::find(controls_of_2019, m.command) != controls_of_2019.end();
        const bool dropped = form == Layout::v2019 && !kept && m.command <= last_standard_control;
        if (dropped) return fail(Untold::not_supported);
        return m;
    }
    template <HasLayout M>
    Result<Message, Untold> operator()(M m) const {
        if constexpr (std::is_same_v<decltype(m.layout), Layout>) m.layout = form;
        if constexpr (requires { set_total(m); }) {
            if (form == Layout::v2011) set_total(m);
        }
        return m;
    }
    Result<Message, Untold> operator()(auto m) const { return m; }
};

// Walks through a message as a FieldWriter does and notes what would be cut.
class FitCheck {
public:
    [[nodiscard]] bool fits() const { return fits_; }

    void number(std::string_view, auto) {}
    void bits(std::string_view, auto) {}
    void digits(std::string_view, const auto&) {}
    void octets(std::string_view, const auto&) {}
    void text(std::string_view, const Text&) {}
    void bytes(std::string_view, const Bytes&) {}
    template <std::unsigned_integral Length>
    void text_after(std::string_view, const Text& value) {
        hold<Length>(bytes_of(value, SIZE_MAX).size());
    }
    template <std::unsigned_integral Length>
    void bytes_after(std::string_view, const Bytes& value) {
        hold<Length>(value.size());
    }
    void text_in(std::string_view, const Text& value, std::size_t width) {
        fits_ = fits_ && bytes_of(value, SIZE_MAX).size() <= width;
    }
    void bytes_in(std::string_view, const Bytes& value, std::size_t width) {
        fits_ = fits_ && value.size() <= width;
    }
    template <std::unsigned_integral Count>
    std::size_t count(std::string_view, std::size_t size) {
        hold<Count>(size);
        return size;
    }
    template <class T, class... Context>
    void items(std::string_view, const std::vector<T>& list, std::size_t, const Context&... how) {
        for (const T& one : list) thing(one, how...);
    }
    template <class T, class... Context>
    void items_to_end(std::string_view, const std::vector<T>& list, const Context&... how) {
        for (const T& one : list) thing(one, how...);
    }
    template <class T>
    void maybe(std::string_view, const std::optional<T>& value) {
        if (value) thing(*value);
    }
    [[nodiscard]] bool more(bool filled) const { return filled; }
    void basic_position(std::string_view, const Position&) {}
    void position(std::string_view, const Position&) {}
    void position_in(std::string_view, const Position&, std::size_t) {}
    [[nodiscard]] std::size_t remaining() const { return 0; }

private:
    template <std::unsigned_integral Length>
    void hold(std::size_t size) {
        fits_ = fits_ && size <= std::numeric_limits<Length>::max();
    }
    template <class T, class... Context>
    void thing(const T& value, const Context&... how) {
        if constexpr (!std::unsigned_integral<T>) T::describe(*this, value, how...);
    }

    bool fits_ = true;
};

}  // namespace

Result<Message, Untold> in_form(Message message, Layout form) {
    return std::visit(Rewrite{form}, std::move(message));
}

Result<void, Untold> check_fits(const Message& message) {
    FitCheck check;
    std::visit(
        [&check]<class M>(const M& m) {
            if constexpr (requires { M::describe(check, m); }) M::describe(check, m);
        },
        message);
    if (!check.fits()) return fail(Untold::too_long);
    return {};
}

}  // namespace liuhen::telematics::jtt808
