#include "server/tools/decode_faults.hpp"

#include <array>
#include <utility>

namespace liuhen::server::tools {

std::string_view explain(telematics::Fault fault) {
    using telematics::Fault;
    static constexpr std::array<std::pair<telematics::Fault, std::string_view>, 8> reasons{{
        {Fault::oversized, "longer than any frame"},
        {Fault::bad_escape, "a 7d is followed by neither 01 nor 02"},
        {Fault::bad_checksum, "the XOR of header and body is not the last byte"},
        {Fault::bad_length, "the length in the header fits neither edition"},
        {Fault::truncated, "the body ends inside a field"},
        {Fault::trailing_bytes, "the body goes on behind its last field"},
        {Fault::not_a_frame, "shorter than any frame, or more than one on the line"},
        {Fault::bad_value, "a field is outside its range"},
    }};
    for (const auto& [known, reason] : reasons) {
        if (known == fault) return reason;
    }
    return "not readable";
}

}  // namespace liuhen::server::tools
