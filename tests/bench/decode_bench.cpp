// What a frame of 0x0200 with six items costs: from the bytes of a read to the Sighting, beside the
// plain reading. Usage: decode_bench [RUNS]
#include "base/hash.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/reports.hpp"
#include "tests/support/plain_jtt808.hpp"

#include <algorithm>
#include <cstdio>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

bench::Work fast(const Bytes& stream, std::size_t read) {
    return [&stream, read] {
        static const Profile standard;
        FrameScanner scanner;
        std::size_t satellites = 0;
        bench::in_reads(stream, read, [&](ByteView bytes) {
            scanner.feed(bytes);
            while (const auto piece = scanner.take()) {
                const auto& frame = std::get<FrameView>(*piece);
                const auto seen =
                    sighting_of(*view_position(frame.body), standard,
                                {.received = bench::received, .hash = hash64(frame.body)});
                satellites += std::get<Fix>(seen->what).satellites.value_or(0);
            }
        });
        return satellites;
    };
}

bench::Work scanner_only(const Bytes& stream) {
    return [&stream] {
        FrameScanner scanner;
        std::size_t bytes_of_bodies = 0;
        bench::in_reads(stream, bench::read_bytes, [&](ByteView bytes) {
            scanner.feed(bytes);
            while (const auto piece = scanner.take())
                bytes_of_bodies += std::get<FrameView>(*piece).body.size();
        });
        return bytes_of_bodies;
    };
}

bench::Work plain(const Bytes& stream) {
    return [&stream] {
        static const Profile standard;
        std::size_t satellites = 0;
        for (auto at = stream.begin(); at != stream.end();) {
            const auto end = std::find(at + 1, stream.end(), delimiter);
            const auto frame = test::plain::frame({at + 1, end});
            const auto seen =
                test::plain::sighting(frame->body(), standard,
                                      {.received = bench::received, .hash = hash64(frame->body())});
            satellites += std::get<Fix>(seen->what).satellites.value_or(0);
            at = end + 1;
        }
        return satellites;
    };
}

}  // namespace

int main(int count, char** arguments) {
    const Bytes stream = bench::stream_of_reports();
    const std::size_t frame_bytes = stream.size() / bench::frames_in_stream;
    std::printf("0x0200 with six items, %zu bytes a frame; time of one core for a frame\n",
                frame_bytes);
    bench::Results results{"decode", bench::runs_of(count, arguments)};
    const auto frame = bench::frames_in_stream;
    results.measure("scanner to Sighting, reads of 4 KiB", frame, fast(stream, bench::read_bytes));
    results.measure("the same, one frame a read", frame, fast(stream, frame_bytes));
    results.measure("scanner alone", frame, scanner_only(stream));
    results.measure("plain reading, byte by byte", frame, plain(stream));
}
